#include "kernel/memory/frame_store.hpp"

#include "base/fill.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/sanitizer/kasan.hpp"

#pragma clang unsafe_buffer_usage begin

namespace kernel::memory {

using base::Bytes;
using base::PhysicalAddress;
using base::Result;
using base::VirtualAddress;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr base::usize kMaximumRanges = 1 << 16; // a record names its range in 16 bits

} // namespace

Result<PhysicalAddress> FrameStore::Tables::allocate_table() {
    const PhysicalAddress frame = frame::address_of_frame(TRY(reserve->take()));
    const auto bytes = Arch::physical_bytes(frame, kPage);
    if (is_poisoned) {
        sanitizer::unpoison(bytes);
    }
    base::fill_with_zeros(bytes);
    return frame;
}

page_table::Table FrameStore::Tables::table(PhysicalAddress table) { return KernelTables::table(table); }

Result<void> FrameStore::Tables::back(VirtualAddress place, frame::Reserve& from) {
    reserve = &from;
    page_table::Mapper mapper(*this, Arch::current_tables(), 0);
    if (mapper.translate(place)) {
        return {};
    }
    const PhysicalAddress frame = TRY(allocate_table());
    return mapper.map(place, frame, kPage, page_table::Access::ReadWrite, page_table::Owner::Kernel);
}

Result<void> FrameStore::back(VirtualAddress place, frame::Reserve& reserve) {
    return tables_.with([&](Tables& tables) { return tables.back(place, reserve); });
}

// SAFETY: the two regions are nobody else's; what is not mapped yet faults, and a page of zeros is a valid array of
// records or ranges.

std::span<frame::Record> FrameStore::records() {
    const auto bytes = Arch::virtual_bytes(Arch::kFrameRecordRegion, Bytes{0});
    return {reinterpret_cast<frame::Record*>(bytes.data()), base::Pages::within(Arch::kPhysicalMapBytes).value()};
}

std::span<frame::Range> FrameStore::ranges() {
    const auto bytes = Arch::virtual_bytes(Arch::kFrameRangeRegion, Bytes{0});
    return {reinterpret_cast<frame::Range*>(bytes.data()), kMaximumRanges};
}

} // namespace kernel::memory

#pragma clang unsafe_buffer_usage end
