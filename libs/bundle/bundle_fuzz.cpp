/// Any bytes: what opens can be read to its last byte, and every name finds its file. The digest of the index is made
/// right first, or nothing but the digest would be tried.
#include "libs/bundle/bundle.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "base/units.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

void mend_digest(std::vector<std::byte>& bytes) {
    bundle::Header header;
    if (bytes.size() < sizeof(header)) {
        return;
    }
    std::memcpy(&header, bytes.data(), sizeof(header));
    header.magic = bundle::kMagic;
    header.version = bundle::kVersion;
    header.file_count %= 8;
    header.names_size %= 64;
    header.size = bytes.size();
    const std::size_t covered = header.file_count * sizeof(bundle::IndexEntry) + header.names_size;
    const auto rest = std::span(bytes).subspan(sizeof(header));
    header.index_digest = digest::sha256(rest.first(std::min(covered, rest.size())));
    std::memcpy(bytes.data(), &header, sizeof(header));
}

void read_everything(std::span<const std::byte> bytes) {
    const auto opened = bundle::Bundle::open(bytes);
    for (std::size_t i = 0; opened && i < opened->file_count(); ++i) {
        const bundle::File file = opened->file(i);
        static_cast<void>(file.is_intact());
        ASSERT(opened->find(file.name)->content.data() == file.content.data(), "a name finds another file");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    const auto input = fuzz::input(data, size);
    read_everything(input);
    std::vector<std::byte> bytes(input.begin(), input.end());
    bytes.resize(base::Bytes{size}.align_up(base::Bytes{base::kPageSize}).value());
    mend_digest(bytes);
    read_everything(bytes);
    return 0;
}
