#include "kernel/object/flush.hpp"

namespace kernel::object {

bool Flusher::add(const page_table::Gather& changes, FrameList& frames, FlushWait* wait) {
    // What has changed nothing itself waits for what is under way, unless more is to come.
    const bool is_next = is_running_ && !(changes.is_empty() && next_changes_.is_empty());
    page_table::Gather& gathered = is_next ? next_changes_ : ticket_.changes;
    if (!changes.is_empty()) {
        gathered.add(changes);
    }
    (is_next ? next_frames_ : frames_).take_all(frames);
    if (wait != nullptr) {
        (is_next ? next_waits_ : waits_).push_back(*wait);
    }
    const bool is_first = !is_running_;
    is_running_ = true;
    return is_first;
}

void Flusher::take(FrameList& frames, Waits& waits) {
    frames.take_all(frames_);
    move_all(waits_, waits);
}

bool Flusher::finish() {
    ticket_.changes = next_changes_;
    next_changes_ = {};
    frames_.take_all(next_frames_);
    move_all(next_waits_, waits_);
    is_running_ = !ticket_.changes.is_empty() || !frames_.is_empty() || !waits_.empty();
    return is_running_;
}

void Flusher::move_all(Waits& from, Waits& to) {
    while (FlushWait* const wait = from.pop_front()) {
        to.push_back(*wait);
    }
}

} // namespace kernel::object
