#include "tools/tess/system/words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>
#include <vector>

namespace tess::system {

using base::u64;
using base::u8;

namespace {

struct Unit {
    std::string_view name;
    u64 worth;
};

constexpr std::array kSizes{Unit{"B", 1}, Unit{"KiB", u64{1} << 10}, Unit{"MiB", u64{1} << 20},
                            Unit{"GiB", u64{1} << 30}, Unit{"TiB", u64{1} << 40}};
constexpr std::array kTimes{Unit{"ns", 1}, Unit{"us", 1'000}, Unit{"ms", 1'000'000}, Unit{"s", 1'000'000'000}};

std::optional<u64> parse_number(std::string_view digits) {
    u64 value = 0;
    const auto [stopped, problem] = std::from_chars(digits.begin(), digits.end(), value);
    const bool is_whole = problem == std::errc{} && stopped == digits.end();
    return is_whole && digits.find_first_not_of("0123456789") == std::string_view::npos ? std::optional(value)
                                                                                        : std::nullopt;
}

std::optional<u64> parse_amount(std::string_view text, std::span<const Unit> units) {
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto number = parse_number(digits);
    const auto unit = std::ranges::find(units, text.substr(digits.size()), &Unit::name);
    if (!number || unit == units.end() || *number > std::numeric_limits<u64>::max() / 2 / unit->worth) {
        return std::nullopt;
    }
    return *number * unit->worth;
}

std::string amount_text(u64 amount, std::span<const Unit> units) {
    Unit best = units.front();
    for (const Unit& unit : units) {
        best = amount != 0 && amount % unit.worth == 0 ? unit : best;
    }
    return std::to_string(amount / best.worth) + std::string(best.name);
}

bool is_lower_word(std::string_view word) {
    return !word.empty() && std::islower(static_cast<unsigned char>(word.front())) != 0 &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

bool is_hexadecimal(std::string_view word, std::size_t digits) {
    return word.size() == digits && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// How many letters are to be changed, added or taken away [Levenshtein 1966].
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::optional<u64> parse_size(std::string_view text) { return parse_amount(text, kSizes); }

std::optional<u64> parse_time(std::string_view text) { return parse_amount(text, kTimes); }

std::string size_text(u64 bytes) { return amount_text(bytes, kSizes); }

std::string time_text(u64 nanoseconds) { return amount_text(nanoseconds, kTimes); }

std::optional<abi::Permissions> parse_permissions(std::string_view text) {
    constexpr std::string_view kLetters = "rwxdgm";
    abi::Permissions all;
    for (const char letter : text) {
        const auto bit = kLetters.find(letter);
        if (bit == std::string_view::npos || all.covers({static_cast<u8>(1U << bit)})) {
            return std::nullopt;
        }
        all = all | abi::Permissions{static_cast<u8>(1U << bit)};
    }
    return all.is_empty() ? std::nullopt : std::optional(all);
}

std::optional<Protocol> parse_protocol(std::string_view text) {
    constexpr std::size_t kLongest = 36;
    const auto slash = text.find('/');
    const std::string_view name = text.substr(0, slash);
    const auto major = slash == std::string_view::npos ? std::optional<u64>(1) : parse_number(text.substr(slash + 1));
    if (name.size() > kLongest || !major || *major == 0 || *major > std::numeric_limits<base::u16>::max()) {
        return std::nullopt;
    }
    for (std::size_t begin = 0; begin <= name.size();) {
        const auto end = std::min(name.find('.', begin), name.size());
        if (!is_lower_word(name.substr(begin, end - begin))) {
            return std::nullopt;
        }
        begin = end + 1;
    }
    return Protocol{std::string(name), static_cast<base::u16>(*major)};
}

bool is_name(std::string_view text) {
    constexpr std::size_t kLongest = 24;
    return text.size() <= kLongest && is_lower_word(text);
}

bool is_device_match(std::string_view text) {
    if (text.starts_with("pci:class:")) {
        return is_hexadecimal(text.substr(10), 4);
    }
    if (text.starts_with("mmio:virtio:")) {
        const auto kind = parse_number(text.substr(12));
        return kind && *kind < 256;
    }
    return text.starts_with("pci:") && text.size() == 13 && text[8] == ':' && is_hexadecimal(text.substr(4, 4), 4) &&
           is_hexadecimal(text.substr(9), 4);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> known) {
    constexpr std::size_t kLongestCompared = 64;
    std::string_view best;
    std::size_t least = std::max<std::size_t>(word.size() / 2, 2);
    for (const std::string_view candidate : known) {
        const std::size_t changes = word.size() > kLongestCompared ? least : distance(word, candidate);
        if (changes < least || (changes == least && best.empty() && changes < candidate.size() && changes <= 2)) {
            best = candidate;
            least = changes;
        }
    }
    return best;
}

} // namespace tess::system
