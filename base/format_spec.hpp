/// How one argument of print() looks, and the one parser of formats: the compiler checks with it, the kernel prints with it.
#pragma once

#include <optional>
#include <string_view>

#include "base/types.hpp"

namespace base {

enum class Alignment : u8 { Default, Left, Right };
enum class Radix : u8 { Default, Binary, Decimal, Hexadecimal };

/// What stands in one replacement behind the colon.
struct FormatSpec {
    /// A wider field is a malformed format.
    static constexpr u8 kMaximumWidth = 64;

    u8 width = 0; ///< at least so many characters, prefix and sign included
    Alignment alignment = Alignment::Default;
    Radix radix = Radix::Default;
    bool prefix = false;    ///< `0x` or `0b` in front
    bool zero_fill = false; ///< zeros instead of blanks
    /// Whether the format says anything that makes sense for numbers only.
    [[nodiscard]] constexpr bool is_numeric() const { return radix != Radix::Default || prefix || zero_fill; }
};

/// Literal text of a format, and the replacement behind it if there is one.
struct FormatPiece {
    std::string_view literal;
    std::optional<FormatSpec> replacement;
};

/// Takes a format apart, piece by piece.
class FormatParser {
  public:
    constexpr explicit FormatParser(std::string_view format) : rest_(format) {}

    [[nodiscard]] constexpr bool at_end() const { return rest_.empty(); }
    /// False once something malformed was met; what follows it is then not parsed.
    [[nodiscard]] constexpr bool is_well_formed() const { return well_formed_; }

    /// The next piece. A doubled brace ends a piece: its first half is the literal's last character.
    constexpr FormatPiece next() {
        const usize brace = find_brace();
        const std::string_view literal = take(brace);
        if (rest_.empty()) {
            return {literal, std::nullopt};
        }
        const char opening = take(1).front();
        if (take_if(opening)) {
            return {std::string_view(literal.data(), literal.size() + 1), std::nullopt};
        }
        if (opening != '{') {
            fail();
            return {literal, std::nullopt};
        }
        return {literal, parse_spec()};
    }

  private:
    [[nodiscard]] constexpr usize find_brace() const {
        usize at = 0;
        while (at < rest_.size() && rest_[at] != '{' && rest_[at] != '}') {
            ++at;
        }
        return at;
    }

    /// `{}` or `{:[<|>][#][0][width][x|b|d]}`, from behind the opening brace.
    constexpr FormatSpec parse_spec() {
        FormatSpec spec;
        if (take_if(':')) {
            spec.alignment = take_if('<') ? Alignment::Left : take_if('>') ? Alignment::Right : Alignment::Default;
            spec.prefix = take_if('#');
            spec.zero_fill = take_if('0');
            spec.width = parse_width();
            spec.radix = parse_radix();
        }
        if (!take_if('}')) {
            fail();
        }
        return spec;
    }

    constexpr u8 parse_width() {
        unsigned width = 0;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && width <= FormatSpec::kMaximumWidth) {
            width = width * 10 + static_cast<unsigned>(take(1).front() - '0');
        }
        if (width > FormatSpec::kMaximumWidth) {
            fail();
            return 0;
        }
        return static_cast<u8>(width);
    }

    constexpr Radix parse_radix() {
        return take_if('x')   ? Radix::Hexadecimal
               : take_if('b') ? Radix::Binary
               : take_if('d') ? Radix::Decimal
                              : Radix::Default;
    }

    constexpr std::string_view take(usize count) {
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    constexpr bool take_if(char wanted) {
        const bool found = !rest_.empty() && rest_.front() == wanted;
        rest_.remove_prefix(found ? 1 : 0);
        return found;
    }

    constexpr void fail() {
        well_formed_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool well_formed_ = true;
};

} // namespace base
