#include "kernel/object/environment.hpp"

#include <algorithm>

#include "base/fill.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/charged_frames.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/object/objects.hpp"

namespace kernel::object {

// What every fault calls is inlined where the libraries are instantiated, by the link: each call out of line costs a
// prologue, a canary and the clearing of registers, some 40 instructions.

using base::Bytes;
using base::Error;
using base::Result;
using base::VirtualAddress;
using memory_object::Contents;
using memory_object::Frame;
using page_table::Owner;

namespace {

constexpr Bytes kPage{base::kPageSize};
/// Pages of 2 MiB; 1 GiB is not used for programs.
constexpr int kLargestUserPageLevel = 1;

page_table::Attributes attributes_of(const address_space::PageEntry& entry) {
    return {entry.access, Owner::User, entry.cache, entry.protection_key};
}

} // namespace

Environment::Environment(Memory& memory) { charge_to(memory); }

Environment::Environment(budget::Budget& budget, frame::Policy policy) : policy_(policy) { memory_.emplace(budget); }

Environment::Environment(AddressSpace& space) : address_space_(&space), policy_(space.policy()) {
    space_.emplace(space.budget());
    tables_.emplace(space_purse(), frames, policy_);
}

[[gnu::always_inline]] void Environment::charge_to(Memory& object) {
    if (object_ != &object) {
        object_ = &object;
        memory_.emplace(object.budget());
    }
    answers_seen_ = object.answers();
}

Result<void> Environment::refill(bool is_first) {
    for (std::optional<Purse>* const purse : {&memory_, &space_}) {
        if (!*purse) {
            continue;
        }
        if (is_first) {
            (*purse)->forget_refills();
        }
        if ((*purse)->lacks()) {
            TRY((*purse)->refill());
        }
    }
    return {};
}

[[gnu::always_inline]] frame::Request Environment::request(base::u8 order) {
    if (object_ == nullptr) {
        return {.order = order, .policy = policy_};
    }
    const frame::Policy wish = object_->policy();
    return {.order = order,
            .policy = wish.kind != frame::Policy::Kind::Local ? wish : policy_,
            .position = object_->next_position()};
}

SpaceMapper Environment::mapper() { return {tables(), address_space_->tables(), kLargestUserPageLevel}; }

[[gnu::always_inline]] Result<Frame> Environment::allocate_frame(Contents contents) {
    return contents == Contents::Zero ? allocate_charged_zeroed(memory_purse(), request())
                                      : allocate_charged(memory_purse(), request());
}

Result<Frame> Environment::allocate_block(base::u8 order, Contents contents) {
    const Frame first = TRY(allocate_charged_block(memory_purse(), request(order)));
    if (contents == Contents::Zero) {
        for (base::u64 i = 0; i < frame::frames_in(order); ++i) {
            base::fill_with_zeros(bytes(first + kPage * i));
        }
    }
    return first;
}

void Environment::release_block(Frame frame, base::u8 order) {
    for (base::u64 i = 0; i < frame::frames_in(order); ++i) {
        release_frame(frame + kPage * i);
    }
}

void Environment::share_frame(Frame frame) { core::kernel().frames.share(frame); }

[[gnu::always_inline]] void Environment::release_frame(Frame frame) {
    auto& record = core::kernel().frames.record(frame);
    // The last holder keeps its reference until the frame is freed: nobody else can take one.
    if (record.references() != 1 && record.drop_reference() != 1) {
        return;
    }
    record.set_references(1);
    frames.push(frame);
}

[[gnu::always_inline]] bool Environment::is_frame_shared(Frame frame) {
    return core::kernel().frames.record(frame).references() != 1;
}

memory_object::FrameBytes Environment::bytes(Frame frame) {
    return memory_object::FrameBytes(Arch::physical_bytes(frame, kPage));
}

void Environment::copy_frame(Frame to, Frame from) {
    __builtin_memcpy(bytes(to).data(), bytes(from).data(), kPage.value());
}

Frame Environment::zero_frame() { return core::kernel().objects->zero_frame(); }

Result<MemoryNode*> Environment::allocate_node(base::u8 level) {
    if (!memory_purse().spend(memory::KernelCache<MemoryNode>::kCharge)) [[unlikely]] {
        return Error::NoMemory;
    }
    return core::kernel().objects->nodes.make_charged(memory_purse().budget(), level);
}

void Environment::release_node(MemoryNode& node) { core::kernel().objects->nodes.destroy(node); }

Result<Region*> Environment::allocate_region() {
    if (!space_purse().spend(memory::KernelCache<Region>::kCharge)) [[unlikely]] {
        return Error::NoMemory;
    }
    return core::kernel().objects->regions.make_charged(space_purse().budget());
}

/// It keeps its object until no translation leads there any more.
void Environment::release_region(Region& region) {
    region.use = nullptr;
    frames.push(region);
}

[[gnu::always_inline]] Result<void> Environment::map_page(VirtualAddress start, const address_space::PageEntry& entry) {
    SpaceMapper mapper = this->mapper();
    const auto mapped = mapper.put(start, entry.frame, attributes_of(entry), changes);
    if (mapped || mapped.error() != Error::Exists) [[likely]] {
        return mapped;
    }
    // A large page stands there: it is split, and its piece replaced.
    TRY(mapper.protect(start, kPage, {.access = entry.access}, changes));
    return mapper.put(start, entry.frame, attributes_of(entry), changes);
}

Result<void> Environment::map_block(VirtualAddress start, const address_space::PageEntry& entry) {
    const Bytes size = page_table::page_size(1);
    SpaceMapper mapper = this->mapper();
    // First the same pages one by one, so that nothing is missing meanwhile; then the table above them becomes a page.
    for (Bytes done{0}; done < size; done += kPage) {
        address_space::PageEntry page = entry;
        page.frame += done;
        TRY(map_page(start + done, page));
    }
    return mapper.join(start, 1, changes);
}

Result<void> Environment::make_borders(VirtualAddress start, Bytes size) { return mapper().make_borders(start, size); }

Bytes Environment::clear(VirtualAddress start, Bytes size) {
    const auto done = mapper().unmap(start, size, changes, kSlice, [](VirtualAddress, page_table::Entry, int) {});
    ASSERT(done.has_value(), "the borders were made");
    return *done;
}

Bytes Environment::clear_around(VirtualAddress start, Bytes size) {
    const auto none = [](VirtualAddress, page_table::Entry, int) {};
    if (const auto done = mapper().unmap(start, size, changes, kSlice, none)) {
        return *done;
    }
    // There is no table to split a large page with: all of it goes.
    const VirtualAddress first = start.align_down(page_table::page_size(1));
    const auto done = mapper().unmap(first, page_table::page_size(1), changes, kSlice, none);
    ASSERT(done.has_value(), "a whole large page needs no split");
    return std::min(size, first + *done - start);
}

Bytes Environment::restrict(VirtualAddress start, Bytes size, address_space::Access access) {
    return mapper().protect_between_borders(start, size, {access, page_table::Writes::Keep}, changes, kSlice);
}

Bytes Environment::protect_from_writing(VirtualAddress start, Bytes size) {
    const auto done = mapper().withhold_writes(start, size, changes);
    ASSERT(done.has_value(), "the borders were made");
    return size;
}

base::u8 Environment::generation(Frame frame) { return core::kernel().frames.record(frame).temperature(); }

void Environment::set_generation(Frame frame, base::u8 generation) {
    frame::Record& record = core::kernel().frames.record(frame);
    aged_ += record.temperature() != generation ? 1 : 0;
    record.set_temperature(generation);
}

} // namespace kernel::object
