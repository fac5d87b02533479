/// A name or path in a request: inline if it is short, lent if it is not, which neither side notices.
///
///     struct Open { static constexpr auto text = &Open::path;  Text<32, 4096> path; … };
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "base/types.hpp"

namespace rpc {

/// Up to `kInline` bytes travel in the message, up to `kLimit` as a lease. A request has at most one that can be lent,
/// and names it: `static constexpr auto text`.
///
/// With the client it refers to the text that it was made from until the call has its result; what is lent must lie in
/// memory that can be. On the wire a length of 255 says that it is lent, and bytes behind the text are zero.
template <base::usize kInline, base::usize kLimit = kInline>
class Text {
  public:
    static constexpr base::usize kLongest = kLimit;
    static constexpr base::u8 kIsLent = 255;
    static_assert(kInline >= sizeof(std::string_view) && kInline < kIsLent && kLimit >= kInline && kLimit <= 4096,
                  "a Text holds 16 to 254 bytes inline, and at most 4096 lent");

    constexpr Text() = default;

    constexpr Text(std::string_view text) {
        if (text.size() <= kInline) {
            length_ = static_cast<base::u8>(text.size());
            std::ranges::copy(text, bytes_.begin());
        } else {
            length_ = kIsLent;
            const auto place = std::bit_cast<std::array<char, sizeof(text)>>(text);
            std::ranges::copy(place, bytes_.begin());
        }
    }

    constexpr Text(const char* text) : Text(std::string_view(text)) {}

    [[nodiscard]] constexpr bool is_lent() const { return length_ == kIsLent; }

    /// What is inline.
    [[nodiscard]] constexpr std::string_view view() const {
        return std::string_view(bytes_.data(), bytes_.size()).substr(0, is_lent() ? 0 : length_);
    }

    /// With the client: where the text is that is to be lent. Takes it out, so that no address leaves the program.
    [[nodiscard]] std::string_view take_lent() {
        std::array<char, sizeof(std::string_view)> place{};
        std::copy_n(bytes_.begin(), place.size(), place.begin());
        bytes_ = {};
        return std::bit_cast<std::string_view>(place);
    }

    /// With the server: whether the length can be, and nothing stands behind the text.
    [[nodiscard]] constexpr bool is_sound() const {
        if (!is_lent() && length_ > kInline) {
            return false;
        }
        return std::ranges::all_of(std::string_view(bytes_.data(), bytes_.size()).substr(view().size()),
                                   [](char byte) { return byte == 0; });
    }

  private:
    base::u8 length_ = 0;
    std::array<char, kInline> bytes_{};
};

} // namespace rpc
