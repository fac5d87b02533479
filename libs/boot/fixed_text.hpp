/// Text kept in place: what does not fit is cut off, and that it was is known.
#pragma once

#include <algorithm>
#include <array>
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

    [[nodiscard]] constexpr std::string_view view() const { return {characters_.data(), size_}; }
    [[nodiscard]] constexpr bool was_cut() const { return was_cut_; }

  private:
    std::array<char, kCapacity> characters_{};
    base::usize size_ = 0;
    bool was_cut_ = false;
};

} // namespace boot
