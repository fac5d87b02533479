#include "kernel/memory/frame_allocator.hpp"

#include "base/fill.hpp"

namespace kernel::memory {

using base::Pages;
using base::PhysicalAddress;
using base::Result;
using base::u64;

namespace {

std::span<std::byte> bytes_of(PhysicalAddress frame, Pages count = Pages{1}) {
    return Arch::physical_bytes(frame, count.bytes());
}

} // namespace

Result<PhysicalAddress> FrameAllocator::allocate(const frame::Request& request) {
    if (is_allocation_refused()) {
        return base::Error::NoMemory;
    }
    if (!is_open_) {
        return request.order == 0 ? take_early() : base::Error::BadState;
    }
    return hand_out(TRY(allocator_.allocate(cache_or_null(), request)), request.order);
}

Result<PhysicalAddress> FrameAllocator::allocate_slowly() { return allocate(frame::Request{}); }

Result<PhysicalAddress> FrameAllocator::take_early() {
    const PhysicalAddress frame = TRY(early_.take());
    return hand_out(frame::frame_at(frame), 0);
}

[[gnu::always_inline]] Result<PhysicalAddress> FrameAllocator::allocate_zeroed() {
    if (is_allocation_refused()) {
        return base::Error::NoMemory;
    }
    if (frame::CpuCache* const cache = cache_or_null()) {
        if (const auto zeroed = allocator_.allocate_zeroed(*cache)) {
            return hand_out(*zeroed, 0);
        }
    }
    const PhysicalAddress frame = TRY(allocate_unrefused());
    base::fill_with_zeros(bytes_of(frame));
    return frame;
}

Result<PhysicalAddress> FrameAllocator::allocate_contiguous(Pages count, const frame::Policy& policy) {
    if (!is_open_) {
        return base::Error::BadState;
    }
    if (is_allocation_refused()) {
        return base::Error::NoMemory;
    }
    const frame::Number first = TRY(allocator_.allocate_run(cache_or_null(), count.value(), policy));
    const PhysicalAddress address = frame::address_of_frame(first);
    if (poisoning_) {
        sanitizer::unpoison(bytes_of(address, count));
    }
    return address;
}

void FrameAllocator::free_slowly(frame::Number number) { allocator_.free(cache_or_null(), number); }

void FrameAllocator::free_contiguous(PhysicalAddress first, Pages count) {
    if (poisoning_) {
        sanitizer::poison(bytes_of(first, count), sanitizer::Poison::FreeFrame);
    }
    allocator_.free_run(frame::frame_at(first), count.value());
}

void FrameAllocator::release(PhysicalAddress address) {
    frame::Record& held = record(address);
    // Who holds it alone needs no atomic operation: nobody else may add a reference.
    if (held.references() != 1 && held.drop_reference() != 1) {
        return;
    }
    held.set_references(1);
    free(address);
}

bool FrameAllocator::zero_one() {
    const frame::CpuCache* const cache = cache_or_null();
    if (wanted_zeroed_ == 0 || cache == nullptr) {
        return false;
    }
    const auto frame = allocator_.begin_zeroing(cache->node(), wanted_zeroed_);
    if (!frame) {
        return false;
    }
    base::fill_with_zeros(bytes_of(hand_out(*frame, 0)));
    poison(*frame);
    allocator_.end_zeroing(*frame);
    return true;
}

bool FrameAllocator::is_short() {
    if (wanted_free_ == 0) {
        return false;
    }
    u64 free = 0;
    for (base::u32 node = 0; node < allocator_.node_count(); ++node) {
        free += allocator_.counts(node).free;
    }
    return free < wanted_free_;
}

void FrameAllocator::poison_block(frame::Number number) const {
    const u64 frames = frame::frames_in(allocator_.records().at(number).state().order());
    sanitizer::poison(bytes_of(frame::address_of_frame(number), Pages{frames}), sanitizer::Poison::FreeFrame);
}

Pages FrameAllocator::used() {
    u64 used = early_.used().value();
    for (base::u32 node = 0; node < allocator_.node_count(); ++node) {
        used += allocator_.counts(node).used;
    }
    for (const frame::CpuCache* cache : caches_) {
        used -= cache->held();
    }
    return Pages{used};
}

frame::Counts FrameAllocator::counts(base::u32 node) {
    frame::Counts counts = allocator_.counts(node);
    for (const frame::CpuCache* cache : caches_) {
        counts.local += cache->node() == node ? cache->local() : 0;
    }
    return counts;
}

void FrameAllocator::start_poisoning() {
    poisoning_ = sanitizer::is_on();
    store_.start_poisoning();
    early_.visit_rest([](PhysicalAddress start, PhysicalAddress end) {
        sanitizer::poison(Arch::physical_bytes(start, end - start), sanitizer::Poison::FreeFrame);
    });
}

} // namespace kernel::memory
