/// Any claims: a map is refused, or sorted, disjoint, joined, and no page is usable that a stronger claim covers.
#include "libs/boot/memory_map.hpp"

#include <vector>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

struct Claim {
    base::u64 start;
    base::u64 size;
    base::u64 type;
};

void check_order(const boot::MemoryMap& map) {
    const boot::MemoryRange* before = nullptr;
    for (const boot::MemoryRange& range : map.ranges()) {
        ASSERT(range.size > base::Bytes{0} && range.end() <= boot::MemoryMap::kEndOfMemory);
        ASSERT(before == nullptr || before->end() < range.start ||
               (before->end() == range.start && before->type != range.type));
        before = &range;
    }
}

void check_claims(const boot::MemoryMap& map, const std::vector<boot::MemoryRange>& stronger) {
    for (const boot::MemoryRange& range : map.ranges()) {
        for (const boot::MemoryRange& claim : stronger) {
            ASSERT(range.type != boot::MemoryType::Usable || range.end() <= claim.start || claim.end() <= range.start,
                   "memory is usable that was claimed");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    base::ByteReader reader(fuzz::input(data, size));
    boot::MemoryMap map;
    std::vector<boot::MemoryRange> stronger;
    while (const auto claim = reader.read<Claim>()) {
        const auto type = static_cast<boot::MemoryType>(claim->type % 5);
        const base::usize before = map.ranges().size();
        const bool added = map.add(base::PhysicalAddress{claim->start}, base::Bytes{claim->size}, type).has_value();
        if (added && type != boot::MemoryType::Usable && map.ranges().size() == before + 1) {
            stronger.push_back(map.ranges().back());
        }
    }
    if (map.normalize()) {
        check_order(map);
        check_claims(map, stronger);
    }
    return 0;
}
