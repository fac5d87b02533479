/// Physical memory for tests and fuzz targets: one stretch of bytes, nothing around it.
#pragma once

#include <algorithm>

#include "libs/boot/physical_reader.hpp"

namespace boot {

class FakeMemory final : public PhysicalReader {
  public:
    FakeMemory(std::span<const std::byte> bytes, base::PhysicalAddress start) : bytes_(bytes), start_(start) {}

    base::Result<std::span<const std::byte>> read(base::PhysicalAddress start, base::Bytes size) const override {
        const auto window = read_up_to(start, size);
        if (window.size() < size.value()) {
            return base::Error::OutOfRange;
        }
        return window;
    }

    std::span<const std::byte> read_up_to(base::PhysicalAddress start, base::Bytes limit) const override {
        const base::u64 offset = (start - start_).value();
        if (start < start_ || offset > bytes_.size()) {
            return {};
        }
        return bytes_.subspan(offset, std::min<base::u64>(limit.value(), bytes_.size() - offset));
    }

  private:
    std::span<const std::byte> bytes_;
    base::PhysicalAddress start_;
};

} // namespace boot
