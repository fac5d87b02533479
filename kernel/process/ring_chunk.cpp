#include "kernel/process/ring_chunk.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/fill.hpp"
#include "kernel/process/mapping.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Bytes;
using base::RefPtr;
using base::Result;
using base::VirtualAddress;
using object::AddressSpace;
using object::MappingUse;
using object::Memory;

namespace {

/// Of memory whose frames stand in a row.
Result<std::span<std::byte>> bytes_of(Memory& memory, Bytes size) {
    Result<base::PhysicalAddress> frame = base::Error::NoMemory;
    memory.with([&](const address_space::Locked<object::Environment>& object) { frame = object.memory.frame_of(0); });
    return Arch::physical_bytes(TRY(std::move(frame)), size);
}

/// Of the block whose first frames are the chunk's.
base::u8 order_of(const RingChunk::Wanted& wanted) {
    return static_cast<base::u8>(std::bit_width(base::Pages::holding(wanted.all()).value() - 1));
}

address_space::MapRequest<object::Environment> request_of(const RefPtr<Memory>& memory, Bytes size,
                                                          VirtualAddress address, const RefPtr<MappingUse>& use) {
    using address_space::Placement;
    return {.object = memory,
            .size = size,
            .access = address_space::Access::ReadWrite,
            .attributes = {.rights = {.write = true, .execute = false}, .is_sealed = true},
            .placement = address == VirtualAddress{0} ? Placement::Anywhere : Placement::Fixed,
            .address = address,
            .use = use};
}

} // namespace

Result<bool> RingChunk::prepare(budget::Budget& budget, const Wanted& wanted, RingFrames& frames) {
    const base::u8 order = order_of(wanted);
    if (!frames.memory || frames.memory->pages() != base::u64{1} << order) {
        frames = {TRY(Memory::allocate_pages(budget, order, memory_object::Contents::Anything))};
        return false;
    }
    // What is behind them in the block is reached by nobody.
    const auto bytes = TRY(bytes_of(*frames.memory, wanted.all()));
    const Bytes next = std::min(frames.cleared + kSlice, wanted.all());
    if (frames.cleared < next) {
        base::fill_with_zeros(bytes.subspan(frames.cleared.value(), (next - frames.cleared).value()));
        frames.cleared = next;
    }
    return frames.cleared >= wanted.all();
}

Result<RingChunk*> RingChunk::create(budget::Budget& budget, AddressSpace& space, const Wanted& wanted,
                                     RingFrames&& frames) {
    RingFrames taken = std::exchange(frames, {});
    while (taken.cleared < wanted.all()) {
        static_cast<void>(TRY(prepare(budget, wanted, taken)));
    }
    const auto memory = std::move(taken.memory);
    const Bytes mapped = wanted.mapped();
    const auto bytes = TRY(bytes_of(*memory, wanted.all()));
    const auto use = RefPtr<MappingUse>::adopt(*TRY(process_objects().mappings.make(space.budget(), space)));
    auto chunk = TRY(process_objects().ring_chunks.create(budget, memory, use, bytes.first(mapped.value()),
                                                          bytes.subspan(mapped.value()), wanted.sharing));
    // Last: what is mapped cannot be undone at once.
    chunk->start_ = TRY(space.map(request_of(memory, mapped, wanted.address, use)));
    Mapping::of(*use).set_range(chunk->start_, mapped);
    return &chunk.release();
}

void RingChunk::end(bool in_use) {
    if (in_use) {
        Mapping& mapping = Mapping::of(*mapping_);
        static_cast<void>(mapping.hold());
        mapping.keep(std::move(memory_));
        mapping.begin_end(base::Error::Revoked);
    }
    process_objects().ring_chunks.destroy(*this);
}

} // namespace kernel::process
