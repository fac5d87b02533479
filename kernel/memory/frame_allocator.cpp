#include "kernel/memory/frame_allocator.hpp"

#include <algorithm>
#include <cstring>

#include "kernel/arch/current.hpp"
#include "kernel/sanitizer/kasan.hpp"

namespace kernel::memory {

using base::Bytes;
using base::Error;
using base::Pages;
using base::PhysicalAddress;
using base::Result;

namespace {

std::span<std::byte> bytes_of(PhysicalAddress frame, Pages count = Pages{1}) {
    return Arch::physical_bytes(frame, count.bytes());
}

} // namespace

void FrameAllocator::initialize(const boot::MemoryMap& map, PhysicalAddress first_usable) {
    map_ = &map;
    first_usable_ = first_usable;
    range_ = 0;
    fresh_ = range_end_ = PhysicalAddress{0};
}

bool FrameAllocator::advance_to_next_range() {
    const auto ranges = map_->ranges();
    while (range_ < ranges.size()) {
        const boot::MemoryRange& range = ranges[range_++];
        const PhysicalAddress start = std::max(range.start, first_usable_);
        if (range.type == boot::MemoryType::Usable && start < range.end()) {
            fresh_ = start;
            range_end_ = range.end();
            return true;
        }
    }
    return false;
}

Result<PhysicalAddress> FrameAllocator::take_fresh(Pages count) {
    // What is left of a range that is too small is given up: this serves boot, the buddy allocator comes later.
    while (range_end_ - fresh_ < count.bytes()) {
        if (!advance_to_next_range()) {
            return Error::NoMemory;
        }
    }
    const PhysicalAddress first = fresh_;
    fresh_ = fresh_ + count.bytes();
    used_ += count.value();
    if (poisoning_) {
        sanitizer::unpoison(bytes_of(first, count));
    }
    return first;
}

Result<PhysicalAddress> FrameAllocator::allocate() {
    if (free_list_ == PhysicalAddress{0}) {
        return take_fresh(Pages{1});
    }
    const PhysicalAddress frame = free_list_;
    const auto bytes = bytes_of(frame);
    if (poisoning_) {
        sanitizer::unpoison(bytes);
    }
    std::memcpy(&free_list_, bytes.data(), sizeof(free_list_));
    ++used_;
    return frame;
}

Result<PhysicalAddress> FrameAllocator::allocate_zeroed() {
    const PhysicalAddress frame = TRY(allocate());
    std::ranges::fill(bytes_of(frame), std::byte{0});
    return frame;
}

Result<PhysicalAddress> FrameAllocator::allocate_contiguous(Pages count) { return take_fresh(count); }

void FrameAllocator::free(PhysicalAddress frame) {
    const auto bytes = bytes_of(frame);
    std::memcpy(bytes.data(), &free_list_, sizeof(free_list_));
    free_list_ = frame;
    --used_;
    if (poisoning_) {
        sanitizer::poison(bytes, sanitizer::Poison::FreeFrame);
    }
}

void FrameAllocator::start_poisoning() {
    poisoning_ = true;
    if (fresh_ < range_end_) {
        sanitizer::poison(Arch::physical_bytes(fresh_, range_end_ - fresh_), sanitizer::Poison::FreeFrame);
    }
    for (const boot::MemoryRange& range : map_->ranges().subspan(range_)) {
        const PhysicalAddress start = std::max(range.start, first_usable_);
        if (range.type == boot::MemoryType::Usable && start < range.end()) {
            sanitizer::poison(Arch::physical_bytes(start, range.end() - start), sanitizer::Poison::FreeFrame);
        }
    }
}

} // namespace kernel::memory
