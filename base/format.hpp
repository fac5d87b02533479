/// Formatting to a sink, without allocation, checked when compiled.
///
///     print(sink, "mapped {} at {:#x}, {:>8} free\n", name, address, count);
///
/// A replacement is `{}` or `{:[<|>][#][0][width][x|b|d]}`: alignment, prefix, zero fill, width, radix. Printed are
/// integers, bool, char, text, pointers, base's units (addresses in hexadecimal with their prefix), and enums with a
/// `name(value)` beside them. A type of one's own is printed through
/// `void format_value(TextSink&, FormatSpec, const T&)` found beside it.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>

#include "abi/error.hpp"
#include "base/format_spec.hpp"
#include "base/text_sink.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace base {

namespace format_detail {

enum class Kind : u8 { Unsigned, Signed, Address, Bool, Character, Text, Custom };

using Printer = void (*)(TextSink& sink, FormatSpec spec, const void* value);

/// One argument without its type, so that a single function formats every line.
class Argument {
  public:
    constexpr Argument(Kind kind, u64 number) : number_(number), kind_(kind) {}
    constexpr explicit Argument(std::string_view text) : data_(text.data()), number_(text.size()), kind_(Kind::Text) {}
    constexpr Argument(const void* value, Printer printer) : data_(value), printer_(printer), kind_(Kind::Custom) {}

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] u64 number() const { return number_; }
    [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(data_), number_}; }
    void print_custom(TextSink& sink, FormatSpec spec) const { printer_(sink, spec, data_); }

  private:
    const void* data_ = nullptr;
    union {
        u64 number_;
        Printer printer_;
    };
    Kind kind_;
};

template <class T>
concept PrintsItself = requires(TextSink& sink, FormatSpec spec, const T& value) { format_value(sink, spec, value); };

template <class T>
concept Named = std::is_enum_v<T> && requires(T value) {
    { name(value) } -> std::convertible_to<std::string_view>;
};

template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view>;

template <class T>
concept MachineAddress = std::same_as<T, PhysicalAddress> || std::same_as<T, VirtualAddress>;

template <class T>
concept Quantity = std::derived_from<T, Amount<T>>;

template <class T>
concept Printable = std::integral<T> || std::is_pointer_v<T> || TextLike<T> || MachineAddress<T> || Quantity<T> || Named<T> ||
                    PrintsItself<T>;

template <Printable T>
consteval Kind kind_of() {
    using enum Kind;
    if constexpr (PrintsItself<T>) {
        return Custom;
    } else if constexpr (TextLike<T> || Named<T>) {
        return Text;
    } else if constexpr (std::same_as<T, bool>) {
        return Bool;
    } else if constexpr (std::same_as<T, char>) {
        return Character;
    } else if constexpr (std::is_pointer_v<T> || MachineAddress<T>) {
        return Address;
    } else {
        return std::signed_integral<T> ? Signed : Unsigned;
    }
}

template <class T>
void print_custom(TextSink& sink, FormatSpec spec, const void* value) {
    format_value(sink, spec, *static_cast<const T*>(value));
}

/// A null pointer to characters prints as such: it comes from C code that is about to be reported.
constexpr std::string_view text_of(const char* text) { return text == nullptr ? "(null)" : text; }
constexpr std::string_view text_of(std::string_view text) { return text; }

template <class T>
Argument make_argument(const T& value) {
    constexpr Kind kKind = kind_of<std::decay_t<T>>();
    if constexpr (kKind == Kind::Custom) {
        return {&value, print_custom<T>};
    } else if constexpr (TextLike<T>) {
        return Argument(text_of(value));
    } else if constexpr (kKind == Kind::Text) {
        return Argument(std::string_view(name(value)));
    } else if constexpr (std::is_pointer_v<T>) {
        return {kKind, std::bit_cast<u64>(value)};
    } else if constexpr (std::integral<T>) {
        return {kKind, static_cast<u64>(value)};
    } else {
        return {kKind, value.value()};
    }
}

/// Not constant: reaching one of these while a format is checked stops the compiler, which shows its name.
void format_is_malformed();
void format_has_too_few_replacements();
void format_has_too_many_replacements();
void format_asks_text_to_look_like_a_number();

consteval void check(std::string_view format, std::span<const Kind> arguments) {
    FormatParser parser(format);
    usize used = 0;
    while (!parser.at_end()) {
        const FormatPiece piece = parser.next();
        if (!parser.is_well_formed()) {
            format_is_malformed();
        }
        if (!piece.replacement.has_value()) {
            continue;
        }
        if (used == arguments.size()) {
            format_has_too_many_replacements();
        }
        const Kind kind = arguments[used++];
        if ((kind == Kind::Text || kind == Kind::Bool || kind == Kind::Character) && piece.replacement->is_numeric()) {
            format_asks_text_to_look_like_a_number();
        }
    }
    if (used != arguments.size()) {
        format_has_too_few_replacements();
    }
}

void print_arguments(TextSink& sink, std::string_view format, std::span<const Argument> arguments);

} // namespace format_detail

/// A format whose replacements the compiler has counted and checked against the arguments.
template <format_detail::Printable... Arguments>
class FormatText {
  public:
    template <std::convertible_to<std::string_view> Text>
    consteval FormatText(const Text& text) : text_(text) {
        constexpr std::array<format_detail::Kind, sizeof...(Arguments)> kKinds{format_detail::kind_of<Arguments>()...};
        format_detail::check(text_, kKinds);
    }

    [[nodiscard]] constexpr std::string_view view() const { return text_; }

  private:
    std::string_view text_;
};

/// Not deduced from the format, so that a literal converts.
template <class... Arguments>
using FormatString = FormatText<std::type_identity_t<std::decay_t<Arguments>>...>;

/// Writes `format` to `sink` with each replacement filled in. Arguments need to live only as long as the call.
template <class... Arguments>
void print(TextSink& sink, FormatString<Arguments...> format, const Arguments&... arguments) {
    if constexpr (sizeof...(Arguments) == 0) {
        format_detail::print_arguments(sink, format.view(), {});
    } else {
        const std::array<format_detail::Argument, sizeof...(Arguments)> erased{format_detail::make_argument(arguments)...};
        format_detail::print_arguments(sink, format.view(), erased);
    }
}

/// Writes `text` padded to the spec's width, on the left unless the spec says otherwise: for format_value().
void print_padded(TextSink& sink, FormatSpec spec, std::string_view text);

} // namespace base
