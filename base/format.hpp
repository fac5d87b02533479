/// Formatting to a sink, without allocation. The compiler checks the format and takes it apart.
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
#include <optional>
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

/// One argument without its type, and where it goes: a single function formats every line.
class Argument {
  public:
    Argument(Replacement place, Kind kind, u64 number) : content_{.number = number}, place_(place), kind_(kind) {}

    Argument(Replacement place, std::string_view text)
        : data_(text.data()), content_{.number = text.size()}, place_(place), kind_(Kind::Text) {}

    Argument(Replacement place, const void* value, Printer printer)
        : data_(value), content_{.printer = printer}, place_(place), kind_(Kind::Custom) {}

    [[nodiscard]] const Replacement& place() const { return place_; }

    [[nodiscard]] Kind kind() const { return kind_; }

    [[nodiscard]] u64 number() const { return content_.number; }

    [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(data_), content_.number}; }

    void print_custom(TextSink& sink) const { content_.printer(sink, place_.spec, data_); }

  private:
    const void* data_ = nullptr;

    union Content {
        u64 number;
        Printer printer;
    } content_;

    Replacement place_;
    Kind kind_;
};

static_assert(sizeof(Argument) == 24);

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
concept Printable = std::integral<T> || std::is_pointer_v<T> || TextLike<T> || MachineAddress<T> || Quantity<T> ||
                    Named<T> || PrintsItself<T>;

template <Printable T>
consteval Kind kind_of() {
    if constexpr (PrintsItself<T>) {
        return Kind::Custom;
    } else if constexpr (TextLike<T> || Named<T>) {
        return Kind::Text;
    } else if constexpr (std::same_as<T, bool>) {
        return Kind::Bool;
    } else if constexpr (std::same_as<T, char>) {
        return Kind::Character;
    } else if constexpr (std::is_pointer_v<T> || MachineAddress<T>) {
        return Kind::Address;
    } else {
        return std::signed_integral<T> ? Kind::Signed : Kind::Unsigned;
    }
}

/// Whether a spec may ask for radix, prefix and zeros.
constexpr bool may_be_numeric(Kind kind) { return kind != Kind::Text && kind != Kind::Bool && kind != Kind::Character; }

template <class T>
void print_custom(TextSink& sink, FormatSpec spec, const void* value) {
    format_value(sink, spec, *static_cast<const T*>(value));
}

/// A null pointer to characters prints as such: it comes from C code that is about to be reported.
constexpr std::string_view text_of(const char* text) { return text == nullptr ? "(null)" : text; }

constexpr std::string_view text_of(std::string_view text) { return text; }

template <class T>
Argument make_argument(Replacement place, const T& value) {
    constexpr Kind kKind = kind_of<std::decay_t<T>>();
    if constexpr (kKind == Kind::Custom) {
        return {place, &value, print_custom<T>};
    } else if constexpr (TextLike<T>) {
        return {place, text_of(value)};
    } else if constexpr (kKind == Kind::Text) {
        return {place, std::string_view(name(value))};
    } else if constexpr (std::is_pointer_v<T>) {
        return {place, kKind, std::bit_cast<u64>(value)};
    } else if constexpr (std::integral<T>) {
        return {place, kKind, static_cast<u64>(value)};
    } else {
        return {place, kKind, value.value()};
    }
}

/// Not constant: reaching one of these while a format is checked stops the compiler, which shows its name.
void format_is_malformed();
void format_has_too_few_replacements();
void format_has_too_many_replacements();
void format_asks_text_to_look_like_a_number();

/// Writes what stands around the arguments and the arguments, in their order.
void print_arguments(TextSink& sink, std::string_view format, std::span<const Argument> arguments);

} // namespace format_detail

/// A format, and the place of each argument in it. Made by the compiler, from a literal.
template <format_detail::Printable... Arguments>
class FormatText {
  public:
    template <std::convertible_to<std::string_view> Text>
    consteval FormatText(const Text& text) : text_(text) {
        constexpr std::array<format_detail::Kind, sizeof...(Arguments)> kKinds{format_detail::kind_of<Arguments>()...};
        FormatParser parser(text_);
        usize found = 0;
        while (const std::optional<Replacement> replacement = parser.next()) {
            if (found == kKinds.size()) {
                format_detail::format_has_too_many_replacements();
            }
            if (replacement->spec.is_numeric() && !format_detail::may_be_numeric(kKinds[found])) {
                format_detail::format_asks_text_to_look_like_a_number();
            }
            places_[found++] = *replacement;
        }
        if (!parser.is_well_formed()) {
            format_detail::format_is_malformed();
        }
        if (found != kKinds.size()) {
            format_detail::format_has_too_few_replacements();
        }
    }

    [[nodiscard]] constexpr std::string_view view() const { return text_; }

    [[nodiscard]] constexpr Replacement place(usize argument) const { return places_[argument]; }

  private:
    std::string_view text_;
    std::array<Replacement, sizeof...(Arguments)> places_{};
};

/// Not deduced from the format, so that a literal converts.
template <class... Arguments>
using FormatString = FormatText<std::type_identity_t<std::decay_t<Arguments>>...>;

/// Writes `format` to `sink` with each replacement filled in. Arguments need to live only as long as the call.
template <class... Arguments>
void print(TextSink& sink, FormatString<Arguments...> format, const Arguments&... arguments) {
    if constexpr (sizeof...(Arguments) == 0) {
        sink.write(format.view());
    } else {
        usize next = 0;
        const std::array<format_detail::Argument, sizeof...(Arguments)> erased{
            format_detail::make_argument(format.place(next++), arguments)...};
        format_detail::print_arguments(sink, format.view(), erased);
    }
}

/// Writes `text` padded to the spec's width, on the left unless the spec says otherwise: for format_value().
void print_padded(TextSink& sink, FormatSpec spec, std::string_view text);

} // namespace base
