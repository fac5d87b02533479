#include "kernel/process/ring_chunk.hpp"

#include <bit>

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

Result<RingChunk*> RingChunk::create(budget::Budget& budget, AddressSpace& space, const Wanted& wanted) {
    const Bytes mapped = base::Pages::holding(wanted.size).bytes();
    const base::Pages pages = base::Pages::holding(mapped + wanted.hidden);
    const auto order = static_cast<base::u8>(std::bit_width(pages.value() - 1));
    const auto memory = TRY(Memory::allocate_pages(budget, order, memory_object::Contents::Anything));
    const auto bytes = TRY(bytes_of(*memory, mapped + wanted.hidden));
    // What is behind them in the block is reached by nobody.
    base::fill_with_zeros(bytes);
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
