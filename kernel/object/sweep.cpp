#include "kernel/object/sweep.hpp"

#include <algorithm>

#include "kernel/object/address_space.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

using base::Bytes;
using base::u64;

namespace {

/// Calls visit(region) for all that show `object`, of views too.
template <class Visit>
void for_each_region(const address_space::Locked<Environment>& object, Visit visit) {
    for (Region& region : object.mappings.own) {
        visit(region);
    }
    for (Region& region : object.mappings.through_views) {
        visit(region);
    }
}

/// Calls visit(region) for all that have shown it, as long as a translation may lead there.
template <class Visit>
void for_each_leaving(const address_space::Locked<Environment>& object, Visit visit) {
    for (Region& region : object.mappings.leaving) {
        visit(region);
    }
    for (Region& region : object.mappings.leaving_through_views) {
        visit(region);
    }
}

} // namespace

Sweep::Sweep(Done what) : FlushWait(&Sweep::flushed), LongWork(&Sweep::run_slice), swept_(what) {}

Sweep::~Sweep() { ASSERT(!is_running(), "a sweep dies that runs"); }

void Sweep::start(Memory& memory, u64 first, u64 count, SweepAction action, FrameList& frames) {
    ASSERT(!is_running(), "a sweep is started that runs");
    memory_ = base::RefPtr<Memory>::share(memory);
    first_ = first;
    count_ = count;
    action_ = action;
    last_space_ = 0;
    frames_.take_all(frames);
    go_on();
}

void Sweep::start_clone(Memory& memory) {
    is_clone_ = true;
    FrameList nothing;
    start(memory, 0, ~u64{0}, SweepAction::WithholdWrites, nothing);
}

void Sweep::go_on() {
    if (!run()) {
        processor::this_processor().threads.add(*this);
    }
}

bool Sweep::run_slice(LongWork& work) { return static_cast<Sweep&>(work).run(); }

/// One slice. False: the next one may follow at once. Else it is over, or is taken up again when a flush is complete,
/// which may have happened already.
bool Sweep::run() {
    for (u64 work = 0; find_space();) {
        if (work >= kSlice) {
            return false;
        }
        if (sweep_space(work) && !meeting_.arrive()) {
            return true;
        }
    }
    finish();
    return true;
}

void Sweep::flushed(FlushWait& wait) {
    auto& sweep = static_cast<Sweep&>(wait);
    if (sweep.meeting_.arrive()) {
        sweep.go_on();
    }
}

/// The one where it is, or the next. False: there is none.
bool Sweep::find_space() {
    if (std::exchange(is_space_done_, false)) {
        space_ = nullptr;
    }
    if (space_) {
        return true;
    }
    for (u64 before = ~u64{0}; before != last_space_ && !space_;) {
        before = last_space_;
        space_ = next_space();
    }
    at_ = base::VirtualAddress{0};
    return static_cast<bool>(space_);
}

/// Null: there is none, or it is dying, and last_space_ is its id.
base::RefPtr<AddressSpace> Sweep::next_space() {
    base::RefPtr<AddressSpace> next;
    if (count_ == 0) {
        return next;
    }
    memory_->with([&](const address_space::Locked<Environment>& object) {
        AddressSpace* found = nullptr;
        const auto look_at = [&](Region& region) {
            AddressSpace& space = AddressSpace::of(*region.space);
            const bool is_next = space.id() > last_space_ && (found == nullptr || space.id() < found->id());
            found = is_next ? &space : found;
        };
        for_each_region(object, look_at);
        for_each_leaving(object, look_at);
        // In one that is dying no thread runs: it needs no sweep.
        if (found != nullptr) {
            last_space_ = found->id();
            next = base::RefPtr<AddressSpace>::share_if_alive(*found);
        }
    });
    return next;
}

/// True: all of the space is done, and flushed() is or was called.
bool Sweep::sweep_space(u64& work) {
    // It stays while its translations are flushed.
    AddressSpace& space = *space_;
    // Its parts make themselves, but for the ranges of its Gather, which nobody reads before they are there.
    [[clang::uninitialized]] Environment e(space);
    bool must_start = false;
    bool must_wait = false;
    bool is_flushed = false;
    space.state_.with([&](AddressSpace::State& state) {
        is_space_done_ = sweep_regions(e, work);
        changes_.add(e.changes);
        tables_.take_all(e.frames);
        // What was unmapped before may be under way yet.
        const bool is_idle = state.flusher.is_idle();
        const bool must_flush = is_space_done_ && !(changes_.is_empty() && is_idle);
        is_flushed = must_flush && is_idle && space.flush_alone(changes_);
        must_wait = must_flush && !is_flushed;
        if (must_wait) {
            must_start = state.flusher.add(std::exchange(changes_, {}), tables_, this);
        }
    });
    if (must_start) {
        space.start_flush();
    }
    if (is_flushed) {
        changes_ = {};
        tables_.free_all();
    }
    return must_wait;
}

/// Whether no region of the space is left.
bool Sweep::sweep_regions(Environment& e, u64& work) {
    bool is_done = false;
    memory_->with([&](const address_space::Locked<Environment>& object) {
        // Looked for once more when the slice is used up: the last one of a space needs no other slice.
        Part part = next_part(object, work);
        while (!part.is_empty()) {
            at_ = sweep_part(e, part, work);
            part = next_part(object, work);
            if (work >= kSlice) {
                break;
            }
        }
        is_done = part.is_empty();
    });
    return is_done;
}

/// The lowest in the space that is not swept. Empty: there is none.
Sweep::Part Sweep::next_part(const address_space::Locked<Environment>& object, u64& work) {
    Part next;
    const u64 last = first_ + std::min(count_, ~u64{0} - first_);
    for_each_region(object, [&](Region& region) {
        ++work;
        const u64 pages = base::Pages::within(region.span.size()).value();
        const u64 first = std::max(first_, region.first_page);
        const u64 end = std::min(last, region.first_page + pages);
        if (&AddressSpace::of(*region.space) != space_.get() || first >= end) {
            return;
        }
        const base::VirtualAddress start = region.start() + base::Pages{first - region.first_page}.bytes();
        const base::VirtualAddress stop = start + base::Pages{end - first}.bytes();
        if (stop > at_ && (next.is_empty() || start < next.start)) {
            next = {std::max(start, at_), stop};
        }
    });
    return next;
}

/// Until where it came.
base::VirtualAddress Sweep::sweep_part(Environment& e, Part part, u64& work) {
    const Bytes size = part.end - part.start;
    work += kRegionWork;
    if (action_ == SweepAction::Unmap) {
        const Bytes done = e.clear_around(part.start, size);
        work += std::min(base::Pages::within(done).value(), kSlice);
        return part.start + done;
    }
    const Bytes most = size > kMostWithheld ? kMostWithheld - Bytes{part.start.value()} % kMostWithheld : size;
    work += base::Pages::within(most).value() / page_table::kEntries;
    return part.start + e.protect_from_writing(part.start, most);
}

void Sweep::finish() {
    if (is_clone_) {
        is_clone_ = false;
        memory_->let_writes();
    }
    frames_.free_all();
    const base::RefPtr<Memory> memory = std::move(memory_);
    swept_(*this);
}

} // namespace kernel::object
