/// Reads bytes that came from outside: every step is checked against their end.
#pragma once

#include <concepts>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "base/types.hpp"

namespace base {

/// A position in a span of bytes. Integers are little endian, as on every machine Tessera runs on.
class ByteReader {
  public:
    constexpr explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] usize remaining() const { return bytes_.size(); }

    /// The next value. OutOfRange, and nothing is consumed, if too few bytes are left.
    template <class T>
        requires std::is_trivially_copyable_v<T>
    Result<T> read() {
        if (bytes_.size() < sizeof(T)) {
            return Error::OutOfRange;
        }
        T value;
        std::memcpy(&value, bytes_.data(), sizeof(T));
        bytes_ = bytes_.subspan(sizeof(T));
        return value;
    }

    /// The next `count` bytes, in place.
    Result<std::span<const std::byte>> take(usize count) {
        if (bytes_.size() < count) {
            return Error::OutOfRange;
        }
        const auto taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }

    /// Passes over `count` bytes.
    Result<void> skip(usize count) {
        TRY(take(count));
        return {};
    }

    /// Text up to its terminating zero, which is consumed too. Corrupt if there is none within `limit` bytes.
    Result<std::string_view> read_text(usize limit) {
        const auto window = bytes_.first(std::min(limit, bytes_.size()));
        for (usize length = 0; length < window.size(); ++length) {
            if (window[length] == std::byte{0}) {
                const std::string_view text(reinterpret_cast<const char*>(window.data()), length);
                bytes_ = bytes_.subspan(length + 1);
                return text;
            }
        }
        return Error::Corrupt;
    }

  private:
    std::span<const std::byte> bytes_;
};

} // namespace base
