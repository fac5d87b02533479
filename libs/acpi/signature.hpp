/// A table's name: four characters, as "APIC".
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/types.hpp"

namespace acpi {

class Signature {
  public:
    static constexpr base::usize kSize = 4;

    constexpr Signature() = default;

    /// `text` is four characters; another length does not compile.
    consteval explicit Signature(std::string_view text) {
        for (base::usize i = 0; i < std::max(kSize, text.size()); ++i) {
            characters_.at(i) = text.at(i);
        }
    }

    /// The characters as the firmware wrote them: anything.
    [[nodiscard]] constexpr std::string_view text() const { return {characters_.data(), kSize}; }

    /// The same with '?' for what does not belong into a log.
    [[nodiscard]] constexpr Signature printable() const {
        Signature result = *this;
        std::ranges::replace_if(
            result.characters_, [](char character) { return character < ' ' || character > '~'; }, '?');
        return result;
    }

    friend constexpr bool operator==(const Signature&, const Signature&) = default;

  private:
    std::array<char, kSize> characters_{};
};

} // namespace acpi
