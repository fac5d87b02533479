#include "libs/bundle/bundle.hpp"

#include <cstring>

#include "base/byte_reader.hpp"
#include "base/text_view.hpp"
#include "base/units.hpp"
#include "libs/bundle/file_name.hpp"

namespace bundle {

using base::ByteReader;
using base::Error;
using base::Result;
using base::u64;
using base::usize;

namespace {

constexpr u64 kPage = base::kPageSize;

Result<Header> read_header(std::span<const std::byte> bytes) {
    const auto header = ByteReader(bytes).read<Header>();
    if (!header || header->magic != kMagic) {
        return Error::Corrupt;
    }
    if (header->version != kVersion) {
        return Error::Unsupported;
    }
    return *header;
}

u64 index_size(const Header& header) { return u64{header.file_count} * sizeof(IndexEntry); }

/// Whether header, index and names fit in the bundle, and the bundle in `available` bytes.
bool fits(const Header& header, u64 available) {
    return header.file_count <= kMaximumFiles && header.names_size <= u64{header.file_count} * kMaximumNameBytes &&
           header.size <= available && header.size % kPage == 0 &&
           sizeof(Header) + index_size(header) + header.names_size <= header.size;
}

u64 round_up(u64 size) { return base::Bytes{size}.align_up(base::Bytes{kPage}).value(); }

} // namespace

bool Bundle::is_bundle(std::span<const std::byte> bytes) {
    const auto magic = ByteReader(bytes).read<u64>();
    return magic && *magic == kMagic;
}

Result<Bundle> Bundle::open(std::span<const std::byte> bytes) {
    const Header header = TRY(read_header(bytes));
    if (!fits(header, bytes.size())) {
        return Error::Corrupt;
    }
    const Bundle bundle(bytes.first(header.size), header);
    if (!bundle.is_sound()) {
        return Error::Corrupt;
    }
    return bundle;
}

Bundle::Bundle(std::span<const std::byte> bytes, const Header& header)
    : bytes_(bytes), header_(header), index_(bytes.subspan(sizeof(Header), index_size(header))),
      names_(bytes.subspan(sizeof(Header) + index_size(header), header.names_size)) {}

bool Bundle::is_sound() const {
    if (digest::sha256(bytes_.subspan(sizeof(Header), index_.size() + names_.size())) != header_.index_digest) {
        return false;
    }
    u64 end = round_up(sizeof(Header) + index_.size() + names_.size());
    std::string_view previous;
    for (usize number = 0; number < file_count(); ++number) {
        const IndexEntry at = entry(number);
        if (!has_sound_name(at) || name(at) <= previous || at.offset != end || at.size > header_.size - end) {
            return false;
        }
        previous = name(at);
        end = round_up(at.offset + at.size);
    }
    return end == header_.size;
}

bool Bundle::has_sound_name(const IndexEntry& entry) const {
    return entry.name_offset <= names_.size() && entry.name_size <= names_.size() - entry.name_offset &&
           is_file_name(name(entry));
}

IndexEntry Bundle::entry(usize number) const {
    IndexEntry entry;
    std::memcpy(&entry, index_.subspan(number * sizeof(IndexEntry), sizeof(IndexEntry)).data(), sizeof(IndexEntry));
    return entry;
}

std::string_view Bundle::name(const IndexEntry& entry) const {
    return base::text_view(names_.subspan(entry.name_offset, entry.name_size));
}

File Bundle::file(usize number) const {
    const IndexEntry at = entry(number);
    return {name(at), bytes_.subspan(at.offset, at.size), at.digest};
}

Result<File> Bundle::find(std::string_view wanted) const {
    usize first = 0;
    usize last = file_count();
    while (first < last) {
        const usize middle = first + (last - first) / 2;
        const File candidate = file(middle);
        if (candidate.name == wanted) {
            return candidate;
        }
        if (candidate.name < wanted) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return Error::NotFound;
}

} // namespace bundle
