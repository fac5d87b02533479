#include "base/format.hpp"

namespace base {

namespace {

constexpr std::string_view kBlanks = "                                                                ";
static_assert(kBlanks.size() == FormatSpec::kMaximumWidth);

void print_aligned(TextSink& sink, FormatSpec spec, std::string_view text, Alignment usual) {
    if (text.size() >= spec.width) {
        return sink.write(text);
    }
    const std::string_view missing = kBlanks.substr(0, spec.width - text.size());
    const bool right = (spec.alignment == Alignment::Default ? usual : spec.alignment) == Alignment::Right;
    sink.write(right ? missing : text);
    sink.write(right ? text : missing);
}

} // namespace

void print_padded(TextSink& sink, FormatSpec spec, std::string_view text) {
    print_aligned(sink, spec, text, Alignment::Left);
}

namespace format_detail {

namespace {

/// Holds a number's text, which grows from its last digit to the left.
class NumberText {
  public:
    void put(char character) { text_[--begin_] = character; }

    [[nodiscard]] usize size() const { return text_.size() - begin_; }

    [[nodiscard]] std::string_view view() const { return std::string_view(text_.data(), text_.size()).substr(begin_); }

    void put_decimal(u64 number) {
        do {
            put(static_cast<char>('0' + number % 10));
            number /= 10;
        } while (number != 0);
    }

    void put_power_of_two(u64 number, unsigned bits_per_digit) {
        const u64 mask = (1U << bits_per_digit) - 1;
        do {
            put(std::string_view("0123456789abcdef")[number & mask]);
            number >>= bits_per_digit;
        } while (number != 0);
    }

  private:
    // 64 binary digits or the widest field, then a prefix and a sign.
    std::array<char, FormatSpec::kMaximumWidth + 3> text_;
    usize begin_ = text_.size();
};

/// Prints a sign and a magnitude.
void print_number(TextSink& sink, FormatSpec spec, u64 magnitude, bool negative) {
    [[clang::uninitialized]] NumberText text; // zeroing it first would cost more than the digits do
    const bool prefix = spec.prefix && (spec.radix == Radix::Hexadecimal || spec.radix == Radix::Binary);
    switch (spec.radix) {
    case Radix::Default:
    case Radix::Decimal: text.put_decimal(magnitude); break;
    case Radix::Hexadecimal: text.put_power_of_two(magnitude, 4); break;
    case Radix::Binary: text.put_power_of_two(magnitude, 1); break;
    }
    const usize in_front = (negative ? 1U : 0U) + (prefix ? 2U : 0U);
    while (spec.zero_fill && text.size() + in_front < spec.width) {
        text.put('0');
    }
    if (prefix) {
        text.put(spec.radix == Radix::Hexadecimal ? 'x' : 'b');
        text.put('0');
    }
    if (negative) {
        text.put('-');
    }
    print_aligned(sink, spec, text.view(), Alignment::Right);
}

void print_address(TextSink& sink, FormatSpec spec, u64 address) {
    if (spec.radix == Radix::Default) {
        spec.radix = Radix::Hexadecimal;
        spec.prefix = true;
    }
    print_number(sink, spec, address, false);
}

void print_argument(TextSink& sink, const Argument& argument) {
    const FormatSpec spec = argument.place().spec;
    const u64 number = argument.number();
    switch (argument.kind()) {
    case Kind::Unsigned: return print_number(sink, spec, number, false);
    case Kind::Signed: {
        const bool negative = static_cast<i64>(number) < 0;
        return print_number(sink, spec, negative ? 0 - number : number, negative);
    }
    case Kind::Address: return print_address(sink, spec, number);
    case Kind::Bool: return print_padded(sink, spec, number != 0 ? "true" : "false");
    case Kind::Character: {
        const char character = static_cast<char>(number);
        return print_padded(sink, spec, {&character, 1});
    }
    case Kind::Text: return print_padded(sink, spec, argument.text());
    case Kind::Custom: return argument.print_custom(sink);
    }
}

void print_literal(TextSink& sink, std::string_view literal) {
    if (!literal.empty()) {
        sink.write(literal);
    }
}

} // namespace

void print_arguments(TextSink& sink, std::string_view format, std::span<const Argument> arguments) {
    usize printed = 0;
    for (const Argument& argument : arguments) {
        const Replacement& place = argument.place();
        print_literal(sink, format.substr(printed, place.begin - printed));
        print_argument(sink, argument);
        printed = place.end;
    }
    print_literal(sink, format.substr(printed));
}

} // namespace format_detail

} // namespace base
