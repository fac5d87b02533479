#include "kernel/object/frame_list.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/object/charged_frames.hpp"
#include "kernel/object/environment.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

namespace {

frame::Record& record_of(frame::Number frame) { return core::kernel().frames.record(frame::address_of_frame(frame)); }

} // namespace

void FrameList::push(base::PhysicalAddress frame) {
    const frame::Number number = frame::frame_at(frame);
    record_of(number).set_previous(first_);
    if (!has_frames()) {
        last_ = number;
    }
    first_ = number;
}

void FrameList::push(address_space::RegionRecord& region) { regions_.push_back(region); }

void FrameList::take_all(FrameList& other) {
    while (auto* const region = other.regions_.pop_front()) {
        regions_.push_back(*region);
    }
    if (!other.has_frames()) {
        return;
    }
    record_of(other.last_).set_previous(first_);
    if (!has_frames()) {
        last_ = other.last_;
    }
    first_ = other.first_;
    other.first_ = other.last_ = frame::kNone;
}

void FrameList::free_all() {
    while (has_frames()) {
        const base::PhysicalAddress frame = frame::address_of_frame(first_);
        first_ = record_of(first_).previous();
        free_charged(frame);
    }
    last_ = frame::kNone;
    if (has_regions()) {
        free_regions();
    }
}

void FrameList::free_regions() {
    // With them go the last holders of what they showed.
    const processor::Effort::Slice slice(processor::this_processor().effort);
    while (auto* const region = regions_.pop_front()) {
        auto& known = static_cast<Region&>(*region);
        address_space::forget(known);
        core::kernel().objects->regions.destroy(known);
    }
}

} // namespace kernel::object
