/// How the arguments of print() look, and the parser of formats. The compiler runs it; a running program never does.
#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "base/types.hpp"

namespace base {

enum class Alignment : u8 { Default, Left, Right };
enum class Radix : u8 { Default, Binary, Decimal, Hexadecimal };

/// What stands in one replacement behind the colon. Two bytes, because every argument of every line carries one.
struct FormatSpec {
    /// A wider field is a malformed format.
    static constexpr u8 kMaximumWidth = 64;

    u8 width = 0; ///< at least so many characters, prefix and sign included
    Alignment alignment : 2 = Alignment::Default;
    Radix radix : 2 = Radix::Default;
    bool prefix : 1 = false;    ///< `0x` or `0b` in front
    bool zero_fill : 1 = false; ///< zeros instead of blanks

    /// Whether the format says anything that makes sense for numbers only.
    [[nodiscard]] constexpr bool is_numeric() const { return radix != Radix::Default || prefix || zero_fill; }
};

/// One replacement of a format: its place from brace to brace, and its spec.
struct Replacement {
    u16 begin = 0;
    u16 end = 0; ///< behind the closing brace
    FormatSpec spec;
};

/// Finds the replacements of a format: `{}` or `{:[<|>][#][0][width][x|b|d]}`. No brace means itself: one that shall be
/// printed is an argument.
class FormatParser {
  public:
    constexpr explicit FormatParser(std::string_view format) : format_(format) {
        well_formed_ = format.size() <= std::numeric_limits<u16>::max();
    }

    /// False once something malformed was met.
    [[nodiscard]] constexpr bool is_well_formed() const { return well_formed_; }

    /// The next replacement. Nothing behind the last, and nothing once the format proved malformed.
    constexpr std::optional<Replacement> next() {
        const usize begin = well_formed_ ? format_.find_first_of("{}", at_) : std::string_view::npos;
        if (begin == std::string_view::npos) {
            return std::nullopt;
        }
        at_ = begin;
        well_formed_ = take_if('{');
        const FormatSpec spec = take_if(':') ? parse_spec() : FormatSpec{};
        well_formed_ = well_formed_ && take_if('}');
        if (!well_formed_) {
            return std::nullopt;
        }
        return Replacement{static_cast<u16>(begin), static_cast<u16>(at_), spec};
    }

  private:
    constexpr FormatSpec parse_spec() {
        FormatSpec spec;
        spec.alignment = take_if('<') ? Alignment::Left : take_if('>') ? Alignment::Right : Alignment::Default;
        spec.prefix = take_if('#');
        spec.zero_fill = take_if('0');
        spec.width = parse_width();
        spec.radix = parse_radix();
        return spec;
    }

    constexpr u8 parse_width() {
        usize width = 0;
        while (at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9' &&
               width <= FormatSpec::kMaximumWidth) {
            width = width * 10 + static_cast<usize>(format_[at_] - '0');
            ++at_;
        }
        well_formed_ = well_formed_ && width <= FormatSpec::kMaximumWidth;
        return static_cast<u8>(width);
    }

    constexpr Radix parse_radix() {
        return take_if('x')   ? Radix::Hexadecimal
               : take_if('b') ? Radix::Binary
               : take_if('d') ? Radix::Decimal
                              : Radix::Default;
    }

    constexpr bool take_if(char wanted) {
        const bool found = at_ < format_.size() && format_[at_] == wanted;
        at_ += found ? 1 : 0;
        return found;
    }

    std::string_view format_;
    usize at_ = 0;
    bool well_formed_ = true;
};

} // namespace base
