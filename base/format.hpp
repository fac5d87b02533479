/// Formatting to a sink, without allocation, checked when compiled.
///
///     print(sink, "mapped {} at {:#x}, {:>8} free\n", name, address, count);
///
/// A replacement is `{}` or `{:[<|>][#][0][width][x|b|d|c]}`: alignment, prefix, zero fill, width, base.
/// A type of one's own is printed through `void format_value(TextSink&, FormatSpec, const T&)` found beside it.
#pragma once

#include <array>
#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>

#include "abi/error.hpp"
#include "base/text_sink.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace base {

using abi::Error;

/// How one argument is printed.
struct FormatSpec {
    u8 width = 0;
    u8 base = 10;
    bool prefix = false;
    bool zero_fill = false;
    bool left = false;
    bool right = false;
};

namespace format_detail {

/// One argument without its type, so that a single function formats every line.
struct Argument {
    enum class Kind : u8 { Unsigned, Signed, Bool, Character, Text, Custom };
    using Printer = void (*)(TextSink& sink, FormatSpec spec, const void* value);

    Kind kind;
    u64 number = 0;
    std::string_view text{};
    const void* value = nullptr;
    Printer printer = nullptr;
};

template <class T>
concept CustomPrinted = requires(TextSink& sink, FormatSpec spec, const T& value) { format_value(sink, spec, value); };

template <class T>
concept HasValue = requires(const T& value) {
    { value.value() } -> std::same_as<u64>;
};

template <class T>
concept Printable = std::integral<T> || std::is_pointer_v<T> || std::convertible_to<const T&, std::string_view> ||
                    CustomPrinted<T> || HasValue<T> || std::same_as<T, Error>;

/// Addresses print in hexadecimal with their prefix unless the format says otherwise.
template <class T>
inline constexpr bool kPrintsAsAddress = std::same_as<T, PhysicalAddress> || std::same_as<T, VirtualAddress>;

template <class T>
void print_custom(TextSink& sink, FormatSpec spec, const void* value) {
    format_value(sink, spec, *static_cast<const T*>(value));
}

template <class Original>
constexpr Argument make_argument(const Original& value) {
    using T = std::decay_t<Original>;
    using enum Argument::Kind;
    if constexpr (std::same_as<T, bool>) {
        return {.kind = Bool, .number = value};
    } else if constexpr (std::same_as<T, char>) {
        return {.kind = Character, .number = static_cast<u8>(value)};
    } else if constexpr (std::signed_integral<T>) {
        return {.kind = Signed, .number = static_cast<u64>(static_cast<i64>(value))};
    } else if constexpr (std::unsigned_integral<T>) {
        return {.kind = Unsigned, .number = value};
    } else if constexpr (CustomPrinted<T>) {
        return {.kind = Custom, .value = &value, .printer = print_custom<T>};
    } else if constexpr (std::same_as<T, Error>) {
        return {.kind = Text, .text = abi::name(value)};
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return {.kind = Text, .text = value};
    } else if constexpr (HasValue<T>) {
        return {.kind = Unsigned, .number = value.value(), .value = kPrintsAsAddress<T> ? &value : nullptr};
    } else {
        return {.kind = Unsigned, .number = reinterpret_cast<u64>(value), .value = &value};
    }
}

/// Parses the part of a replacement behind the colon. False if it is malformed.
constexpr bool parse_spec(std::string_view text, FormatSpec& spec) {
    usize at = 0;
    const auto take = [&](char wanted) {
        const bool found = at < text.size() && text[at] == wanted;
        at += found ? 1 : 0;
        return found;
    };
    spec.left = take('<');
    spec.right = !spec.left && take('>');
    spec.prefix = take('#');
    spec.zero_fill = take('0');
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        spec.width = static_cast<u8>(spec.width * 10 + (text[at++] - '0'));
    }
    if (take('x')) {
        spec.base = 16;
    } else if (take('b')) {
        spec.base = 2;
    } else {
        static_cast<void>(take('d'));
    }
    return at == text.size();
}

/// Not constant: reaching it while a format is checked stops the compiler, which shows this line.
void malformed_format_string();

constexpr usize count_replacements(std::string_view text) {
    usize count = 0;
    for (usize at = 0; at < text.size(); ++at) {
        const bool doubled = at + 1 < text.size() && text[at + 1] == text[at];
        if (text[at] == '{' && !doubled) {
            const usize end = text.find('}', at);
            FormatSpec spec;
            if (end == std::string_view::npos ||
                !(end == at + 1 || (text[at + 1] == ':' && parse_spec(text.substr(at + 2, end - at - 2), spec)))) {
                malformed_format_string();
            }
            ++count;
            at = end;
        } else if (text[at] == '{' || text[at] == '}') {
            if (!doubled) {
                malformed_format_string();
            }
            ++at;
        }
    }
    return count;
}

void print_arguments(TextSink& sink, std::string_view format, std::span<const Argument> arguments);

} // namespace format_detail

/// A format whose replacements were counted and checked against the arguments by the compiler.
template <class... Arguments>
class FormatText {
  public:
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    consteval FormatText(const Text& text) : text_(text) {
        static_assert((format_detail::Printable<Arguments> && ...), "an argument cannot be printed");
        if (format_detail::count_replacements(text_) != sizeof...(Arguments)) {
            format_detail::malformed_format_string();
        }
    }

    [[nodiscard]] constexpr std::string_view view() const { return text_; }

  private:
    std::string_view text_;
};

/// Not deduced from the format argument, so that a literal converts.
template <class... Arguments>
using FormatString = FormatText<std::type_identity_t<std::decay_t<Arguments>>...>;

/// Writes `format` to `sink` with each replacement filled in.
template <class... Arguments>
void print(TextSink& sink, FormatString<Arguments...> format, const Arguments&... arguments) {
    if constexpr (sizeof...(Arguments) == 0) {
        format_detail::print_arguments(sink, format.view(), {});
    } else {
        const std::array<format_detail::Argument, sizeof...(Arguments)> erased{
            format_detail::make_argument(arguments)...};
        format_detail::print_arguments(sink, format.view(), erased);
    }
}

} // namespace base
