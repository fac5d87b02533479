#include "kernel/object/frame_list.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/object/charged_frames.hpp"

namespace kernel::object {

namespace {

frame::Record& record_of(frame::Number frame) { return core::kernel().frames.record(frame::address_of_frame(frame)); }

} // namespace

void FrameList::push(base::PhysicalAddress frame) {
    const frame::Number number = frame::frame_at(frame);
    record_of(number).set_previous(first_);
    if (is_empty()) {
        last_ = number;
    }
    first_ = number;
}

void FrameList::take_all(FrameList& other) {
    if (other.is_empty()) {
        return;
    }
    record_of(other.last_).set_previous(first_);
    if (is_empty()) {
        last_ = other.last_;
    }
    first_ = other.first_;
    other.first_ = other.last_ = frame::kNone;
}

void FrameList::free_all() {
    while (!is_empty()) {
        const base::PhysicalAddress frame = frame::address_of_frame(first_);
        first_ = record_of(first_).previous();
        free_charged(frame);
    }
    last_ = frame::kNone;
}

} // namespace kernel::object
