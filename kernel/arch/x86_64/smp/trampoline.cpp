#include "kernel/arch/x86_64/smp/trampoline.hpp"

#include <algorithm>
#include <cstring>

#include "base/address.hpp"
#include "base/assert.hpp"

extern "C" {
extern const std::byte trampoline_start[];
extern const std::byte trampoline_data[];
extern const std::byte trampoline_end[];
}

#pragma clang unsafe_buffer_usage begin

// SAFETY: a span is made from two symbols of trampoline.S.

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u32;
using base::u64;

/// As trampoline.S lays it out.
struct [[gnu::packed]] TrampolineData {
    u64 places;
    u64 count;
    u64 entry;
    u32 tables;
    u32 target;
    u16 target_segment;
    u16 reserved;
    u16 segments_limit;
    u32 segments;
};

static_assert(sizeof(TrampolineData) == 42);

} // namespace

void fill_trampoline(std::span<std::byte> page, base::PhysicalAddress address, base::PhysicalAddress tables,
                     std::span<const StartingPlace> places, void (*entry)(void* area)) {
    ASSERT(address.value() < 1 << 20 && tables.value() < 1ULL << 32);
    const std::span code(trampoline_start, trampoline_end);
    std::ranges::copy(code, page.begin());

    const auto place =
        page.subspan(static_cast<base::usize>(trampoline_data - trampoline_start), sizeof(TrampolineData));
    TrampolineData data{};
    std::memcpy(&data, place.data(), sizeof(data));
    data.places = base::address_of(places.data());
    data.count = places.size();
    data.entry = base::address_of(entry);
    data.tables = static_cast<u32>(tables.value());
    data.target += static_cast<u32>(address.value());
    data.segments += static_cast<u32>(address.value());
    std::memcpy(place.data(), &data, sizeof(data));
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
