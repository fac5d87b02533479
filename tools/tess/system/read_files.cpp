#include <algorithm>
#include <array>
#include <charconv>
#include <format>

#include "tools/tess/system/read_tables.hpp"

namespace tess::system {

namespace {

std::optional<digest::Sha256> parse_digest(std::string_view text) {
    digest::Sha256 digest{};
    if (text.size() != 2 * digest.size() || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < digest.size(); ++i) {
        unsigned value = 0;
        const std::string_view digits = text.substr(2 * i, 2);
        static_cast<void>(std::from_chars(digits.begin(), digits.end(), value, 16));
        digest.at(i) = static_cast<std::byte>(value);
    }
    return digest;
}

void take_digest(const Field& field, BundledFile& file) {
    std::string text;
    field.take(text);
    file.digest = parse_digest(text);
    if (!file.digest) {
        field.refuse("'sha256' is no digest", "write 64 hexadecimal digits, as sha256sum prints them");
    }
}

void take_host_path(const Field& field, BundledFile& file) {
    field.take(file.from);
    if (file.from.empty()) {
        field.refuse("'from' names no file", "write a path relative to the tree's root");
    }
}

constexpr std::array<Key<BundledFile>, 3> kFileKeys{{
    {"from", take_host_path, true},
    {"to", [](const Field& field, BundledFile& file) { field.take_file_name(file.to); }, true},
    {"sha256", take_digest},
}};

} // namespace

void read_files(const Field& field, std::vector<BundledFile>& files) {
    field.for_each_item([&files](const Field& item) {
        BundledFile file;
        file.place = item.place();
        item.take_table<BundledFile>(file, kFileKeys);
        if (!file.to.empty() && std::ranges::contains(files, file.to, &BundledFile::to)) {
            item.refuse(std::format("two files want to be '{}' in the bundle", file.to), "give one another name");
        }
        files.push_back(std::move(file));
    });
}

} // namespace tess::system
