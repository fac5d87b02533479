/// Text kept in place: what does not fit is cut off, and that it was is known.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace boot {

template <base::usize kCapacity>
class FixedText {
  public:
    /// Keeps the first kCapacity characters of `text`.
    constexpr void assign(std::string_view text) {
        size_ = std::min(text.size(), kCapacity);
        std::ranges::copy(text.substr(0, size_), characters_.begin());
        was_cut_ = text.size() > kCapacity;
    }

    /// Keeps the first kCapacity characters of what stands in `bytes` up to the first zero, or up to their end.
    constexpr void assign(std::span<const std::byte> bytes) {
        const auto length = static_cast<base::usize>(std::ranges::find(bytes, std::byte{0}) - bytes.begin());
        size_ = std::min(length, kCapacity);
        std::ranges::transform(bytes.first(size_), characters_.begin(),
                               [](std::byte byte) { return static_cast<char>(byte); });
        was_cut_ = length > kCapacity;
    }

    [[nodiscard]] constexpr std::string_view view() const { return {characters_.data(), size_}; }

    [[nodiscard]] constexpr bool was_cut() const { return was_cut_; }

  private:
    std::array<char, kCapacity> characters_{};
    base::usize size_ = 0;
    bool was_cut_ = false;
};

} // namespace boot
