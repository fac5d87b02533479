#include "libs/bundle/bundle_writer.hpp"

#include <bit>
#include <span>

#include "base/units.hpp"
#include "libs/bundle/file_name.hpp"

namespace bundle {

namespace {

using Bytes = std::vector<std::byte>;

void append(Bytes& to, std::span<const std::byte> more) { to.insert(to.end(), more.begin(), more.end()); }

template <class T>
void append_value(Bytes& to, const T& value) {
    append(to, std::bit_cast<std::array<std::byte, sizeof(T)>>(value));
}

void pad_to_page(Bytes& bytes) {
    bytes.resize(base::Bytes{bytes.size()}.align_up(base::Bytes{base::kPageSize}).value());
}

base::u64 pages(base::u64 size) { return base::Bytes{size}.align_up(base::Bytes{base::kPageSize}).value(); }

} // namespace

base::Result<void> BundleWriter::add(const std::string& name, Bytes content) {
    if (!is_file_name(name)) {
        return base::Error::InvalidArgument;
    }
    if (files_.size() == kMaximumFiles) {
        return base::Error::OutOfRange;
    }
    if (!files_.emplace(name, std::move(content)).second) {
        return base::Error::Exists;
    }
    return {};
}

Bytes BundleWriter::finish() const {
    Bytes names;
    for (const auto& [name, content] : files_) {
        append(names, std::as_bytes(std::span(name)));
    }
    const base::u64 content_start = pages(sizeof(Header) + files_.size() * sizeof(IndexEntry) + names.size());

    Bytes index;
    Bytes contents;
    base::u32 name_offset = 0;
    for (const auto& [name, content] : files_) {
        const auto name_size = static_cast<base::u32>(name.size());
        append_value(index, IndexEntry{content_start + contents.size(), content.size(), name_offset, name_size,
                                       digest::sha256(content)});
        name_offset += name_size;
        append(contents, content);
        pad_to_page(contents);
    }
    append(index, names);

    Bytes result;
    append_value(result, Header{kMagic, kVersion, static_cast<base::u32>(files_.size()),
                                content_start + contents.size(), names.size(), digest::sha256(index)});
    append(result, index);
    pad_to_page(result);
    append(result, contents);
    return result;
}

} // namespace bundle
