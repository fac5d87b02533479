#include "tests/fuzz/kernel/guide/corpus.hpp"

#include <format>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tests::fuzz {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr u8 kDigitBits = 4;

std::expected<Bytes, std::string> parse_line(std::string_view line) {
    Bytes bytes;
    bool is_half = false;
    for (const char letter : line.substr(0, line.find('#'))) {
        const auto digit = kDigits.find(letter);
        if (letter == ' ') {
            continue;
        }
        if (digit == std::string_view::npos) {
            return std::unexpected(std::format("'{}' is no hexadecimal digit", letter));
        }
        if (is_half) {
            bytes.back() = bytes.back() << kDigitBits | std::byte(digit);
        } else {
            bytes.push_back(std::byte(digit));
        }
        is_half = !is_half;
    }
    if (is_half) {
        return std::unexpected("half of a byte");
    }
    return bytes;
}

std::string text_of(const Bytes& bytes) {
    std::string text;
    for (usize index = 0; index < bytes.size(); ++index) {
        text += std::format("{}{:02x}", index % kRecordBytes == 0 && index != 0 ? " " : "",
                            std::to_integer<unsigned>(bytes[index]));
    }
    return text;
}

} // namespace

std::expected<Inputs, std::string> parse_inputs(const std::string& text, const std::string& name) {
    Inputs inputs;
    std::istringstream lines(text);
    usize number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        auto bytes = parse_line(line);
        if (!bytes) {
            return std::unexpected(std::format("{}:{}: {}", name, number, bytes.error()));
        }
        if (bytes->size() > kMostBytes) {
            return std::unexpected(std::format("{}:{}: more than {} entries", name, number, kMostRecords));
        }
        if (!bytes->empty()) {
            inputs.push_back(std::move(*bytes));
        }
    }
    return inputs;
}

std::expected<Inputs, std::string> read_inputs(const std::string& path) {
    std::ifstream file(path);
    if (!file.is_open()) {
        return std::unexpected(std::format("cannot read {}", path));
    }
    return parse_inputs({std::istreambuf_iterator<char>(file), {}}, path);
}

std::string text_of(const Inputs& inputs) {
    std::string text;
    for (const Bytes& input : inputs) {
        text += text_of(input) + "\n";
    }
    return text;
}

Bytes packed(const Inputs& inputs) {
    Bytes file;
    constexpr unsigned kByteBits = 8;
    for (const Bytes& input : inputs) {
        file.push_back(std::byte(input.size() & 0xffU));
        file.push_back(std::byte(input.size() >> kByteBits));
        file.insert(file.end(), input.begin(), input.end());
    }
    return file;
}

usize Corpus::deepest() const {
    usize deepest = 0;
    for (const Item& item : items_) {
        deepest = std::max(deepest, item.generation);
    }
    return deepest;
}

Item Corpus::breed(Random& random) const {
    const usize one = random.below(items_.size());
    const usize two = random.below(items_.size());
    const Item& parent = items_[random.below(2) == 0 ? one : std::max(one, two)];
    return {.bytes = mutate(parent.bytes, items_[two].bytes, random), .generation = parent.generation + 1};
}

Inputs Corpus::inputs() const {
    Inputs inputs;
    for (const Item& item : items_) {
        inputs.push_back(item.bytes);
    }
    return inputs;
}

} // namespace tests::fuzz
