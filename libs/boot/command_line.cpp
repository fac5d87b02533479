#include "libs/boot/command_line.hpp"

#include "base/checked.hpp"

namespace boot {

using base::Error;
using base::Result;
using base::u64;
using base::usize;

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view without_quotes(std::string_view text) {
    if (text.starts_with('"')) {
        text.remove_prefix(1);
        if (text.ends_with('"')) {
            text.remove_suffix(1);
        }
    }
    return text;
}

} // namespace

std::string_view CommandLine::take_word() {
    bool quoted = false;
    usize size = 0;
    while (size < rest_.size() && (quoted || !kBlanks.contains(rest_[size]))) {
        quoted = quoted != (rest_[size] == '"');
        ++size;
    }
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
}

bool CommandLine::next(Option& option) {
    const usize start = rest_.find_first_not_of(kBlanks);
    if (start == std::string_view::npos) {
        return false;
    }
    rest_.remove_prefix(start);
    const std::string_view word = take_word();
    const usize equals = word.find('=');
    option.has_value = equals != std::string_view::npos;
    option.name = word.substr(0, equals);
    option.value = option.has_value ? without_quotes(word.substr(equals + 1)) : std::string_view{};
    return true;
}

Result<u64> parse_number(std::string_view text, u64 maximum) {
    const u64 radix = text.starts_with("0x") ? 16 : 10;
    const std::string_view digits = radix == 16 ? text.substr(2) : text;
    if (digits.find_first_not_of(kDigits.substr(0, radix)) != std::string_view::npos || digits.empty()) {
        return Error::InvalidArgument;
    }
    u64 value = 0;
    for (const char digit : digits) {
        value = TRY(base::checked_add(TRY(base::checked_multiply(value, radix)), kDigits.find(digit)));
    }
    return value <= maximum ? Result<u64>{value} : Error::Overflow;
}

Result<bool> parse_switch(std::string_view text) {
    if (text != "on" && text != "off") {
        return Error::InvalidArgument;
    }
    return text == "on";
}

Result<u64> parse_size(std::string_view text, u64 maximum) {
    constexpr std::string_view kMultiples = "KMG";
    u64 multiple = 1;
    if (const usize place = kMultiples.find(text.empty() ? ' ' : text.back()); place != std::string_view::npos) {
        multiple = 1ULL << (10 * (place + 1));
        text.remove_suffix(1);
    }
    return TRY(parse_number(text, maximum / multiple)) * multiple;
}

} // namespace boot
