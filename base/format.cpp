#include "base/format.hpp"

namespace base::format_detail {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr usize kMaximumDigits = 64;

void fill(TextSink& sink, char with, usize count) {
    for (; count != 0; --count) {
        sink.write({&with, 1});
    }
}

/// Pads `text` to the spec's width; numbers stand right by default, text left.
void print_padded(TextSink& sink, FormatSpec spec, std::string_view text, bool right) {
    const usize missing = spec.width > text.size() ? spec.width - text.size() : 0;
    const bool to_the_right = spec.right || (right && !spec.left);
    fill(sink, ' ', to_the_right ? missing : 0);
    sink.write(text);
    fill(sink, ' ', to_the_right ? 0 : missing);
}

void print_number(TextSink& sink, FormatSpec spec, u64 number, bool negative) {
    std::array<char, kMaximumDigits + 3> text;
    usize at = text.size();
    do {
        text[--at] = kDigits[number % spec.base];
        number /= spec.base;
    } while (number != 0);
    const usize around = (negative ? 1U : 0U) + (spec.prefix && spec.base != 10 ? 2U : 0U);
    while (spec.zero_fill && at > 3 && text.size() - at + around < spec.width) {
        text[--at] = '0';
    }
    if (spec.prefix && spec.base != 10) {
        text[--at] = spec.base == 16 ? 'x' : 'b';
        text[--at] = '0';
    }
    if (negative) {
        text[--at] = '-';
    }
    print_padded(sink, spec, std::string_view(text.data(), text.size()).substr(at), true);
}

void print_signed(TextSink& sink, FormatSpec spec, u64 number) {
    const bool negative = static_cast<i64>(number) < 0;
    print_number(sink, spec, negative ? 0 - number : number, negative);
}

void print_argument(TextSink& sink, FormatSpec spec, const Argument& argument) {
    using enum Argument::Kind;
    switch (argument.kind) {
    case Unsigned:
        if (argument.value != nullptr && spec.base == 10) {
            spec.base = 16;
            spec.prefix = true;
        }
        return print_number(sink, spec, argument.number, false);
    case Signed: return print_signed(sink, spec, argument.number);
    case Bool: return print_padded(sink, spec, argument.number != 0 ? "true" : "false", false);
    case Character: {
        const char character = static_cast<char>(argument.number);
        return print_padded(sink, spec, {&character, 1}, false);
    }
    case Text: return print_padded(sink, spec, argument.text, false);
    case Custom: return argument.printer(sink, spec, argument.value);
    }
}

} // namespace

// Never called: naming it while a format is checked is what stops the compiler.
void malformed_format_string() {}

void print_arguments(TextSink& sink, std::string_view format, std::span<const Argument> arguments) {
    usize next = 0;
    while (!format.empty()) {
        const usize brace = format.find_first_of("{}");
        sink.write(format.substr(0, brace));
        if (brace == std::string_view::npos) {
            return;
        }
        if (format[brace] == format[brace + 1]) {
            sink.write(format.substr(brace, 1));
            format.remove_prefix(brace + 2);
            continue;
        }
        const usize end = format.find('}', brace);
        FormatSpec spec;
        if (end > brace + 1) {
            static_cast<void>(parse_spec(format.substr(brace + 2, end - brace - 2), spec));
        }
        print_argument(sink, spec, arguments[next++]);
        format.remove_prefix(end + 1);
    }
}

} // namespace base::format_detail
