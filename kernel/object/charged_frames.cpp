#include "kernel/object/charged_frames.hpp"

#include "base/address.hpp"
#include "base/fill.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::object {

using base::PhysicalAddress;
using base::Result;

namespace {

constexpr base::u64 kPage = base::kPageSize;

/// What allocate() made is paid for by `purse`; nothing is paid for if it fails.
template <class Allocate>
[[gnu::always_inline]] Result<PhysicalAddress> charged(Purse& purse, Allocate allocate) {
    if (!purse.spend(kPage)) [[unlikely]] {
        return base::Error::NoMemory;
    }
    const Result<PhysicalAddress> frame = allocate();
    if (!frame) [[unlikely]] {
        purse.give_back(kPage);
        return frame.error();
    }
    core::kernel().frames.record(*frame).set_owner(base::address_of(&purse.budget()));
    return frame;
}

bool is_local(const frame::Request& request) { return request.policy.kind == frame::Policy::Kind::Local; }

} // namespace

[[gnu::always_inline]] Result<PhysicalAddress> allocate_charged(Purse& purse, const frame::Request& request) {
    return charged(purse, [&request] {
        auto& frames = core::kernel().frames;
        return is_local(request) ? frames.allocate() : frames.allocate(request);
    });
}

[[gnu::always_inline]] Result<PhysicalAddress> allocate_charged_zeroed(Purse& purse, const frame::Request& request) {
    if (is_local(request)) {
        return charged(purse, [] { return core::kernel().frames.allocate_zeroed(); });
    }
    const PhysicalAddress frame = TRY(allocate_charged(purse, request));
    base::fill_with_zeros(Arch::physical_bytes(frame, base::Bytes{kPage}));
    return frame;
}

Result<PhysicalAddress> allocate_charged_block(Purse& purse, const frame::Request& request) {
    const base::u64 count = frame::frames_in(request.order);
    if (!purse.spend(count * kPage)) {
        return base::Error::NoMemory;
    }
    auto& frames = core::kernel().frames;
    const auto block = frames.allocate(request);
    const auto split = block && request.order != 0 ? frames.split(*block) : Result<void>{};
    if (!block || !split) {
        if (block) {
            frames.free(*block);
        }
        purse.give_back(count * kPage);
        return block ? split.error() : block.error();
    }
    for (base::u64 i = 0; i < count; ++i) {
        frames.record(*block + base::Bytes{i * kPage}).set_owner(base::address_of(&purse.budget()));
    }
    return *block;
}

void free_charged(PhysicalAddress frame) {
    auto& frames = core::kernel().frames;
    // SAFETY: allocate_charged() wrote the address of a budget there, which lives until all is given back to it.
    auto& budget = *reinterpret_cast<budget::Budget*>(frames.record(frame).owner());
    frames.free(frame);
    budget.release(budget::Kind::Memory, kPage);
}

} // namespace kernel::object
