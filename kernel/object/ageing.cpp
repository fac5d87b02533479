#include "kernel/object/ageing.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

using base::Nanoseconds;
using base::RefPtr;
using base::u64;

void Ageing::add(AddressSpace& space) {
    spaces_.with([&space](Spaces& spaces) { spaces.list.push_back(space); });
}

void Ageing::remove(AddressSpace& space) {
    spaces_.with([&space](Spaces& spaces) {
        if (spaces.list.front() == &space) {
            spaces.is_next_new = true;
            spaces.left -= std::min<base::usize>(spaces.left, 1);
        }
        spaces.list.remove(space);
    });
}

bool Ageing::run_slice() {
    if (is_busy_.exchange(true, std::memory_order_acquire)) {
        return false;
    }
    const Nanoseconds now = core::kernel().clock.now();
    bool is_in_round = false;
    spaces_.with([&is_in_round](const Spaces& spaces) { is_in_round = spaces.left != 0; });
    const bool is_due = is_in_round || now >= next_round_;
    if (is_due) {
        slice(now);
    } else if (!is_resting_) {
        wake_for_next_round();
    }
    is_busy_.store(false, std::memory_order_release);
    return is_due;
}

bool Ageing::run_slice_for_want() {
    if (is_busy_.exchange(true, std::memory_order_acquire)) {
        return true; // another processor is at it
    }
    const Nanoseconds now = core::kernel().clock.now();
    if (now >= next_round_) {
        fruitless_rounds_ = 0;
    }
    const bool is_worth_it = fruitless_rounds_ < kFruitlessRounds;
    if (is_worth_it) {
        slice(now);
    }
    is_busy_.store(false, std::memory_order_release);
    return is_worth_it;
}

void Ageing::slice(Nanoseconds now) {
    const RefPtr<AddressSpace> space = next_space();
    if (space) {
        Runs cold;
        if (walk(*space, cold)) {
            leave_space(space.get());
        }
        drop(cold);
    }
    bool is_over = false;
    spaces_.with([&is_over](const Spaces& spaces) { is_over = spaces.left == 0; });
    if (is_over) {
        end_round(now);
    }
}

/// Null: it is going away just now, or there is none.
RefPtr<AddressSpace> Ageing::next_space() {
    RefPtr<AddressSpace> space;
    spaces_.with([&](Spaces& spaces) {
        if (spaces.left == 0) {
            spaces.left = spaces.list.count();
            spaces.is_next_new = true;
        }
        if (AddressSpace* const front = spaces.list.front()) {
            space = RefPtr<AddressSpace>::share_if_alive(*front);
        }
        if (std::exchange(spaces.is_next_new, false)) {
            walk_ = {};
        }
    });
    if (!space) {
        leave_space(nullptr);
    }
    return space;
}

/// Null: whichever is in front.
void Ageing::leave_space(const AddressSpace* walked) {
    spaces_.with([walked](Spaces& spaces) {
        AddressSpace* const front = spaces.list.front();
        if (front == nullptr || spaces.left == 0 || (walked != nullptr && front != walked)) {
            return;
        }
        spaces.list.remove(*front);
        spaces.list.push_back(*front);
        spaces.is_next_new = true;
        --spaces.left;
    });
}

/// Whether it came to the end of `space`.
bool Ageing::walk(AddressSpace& space, Runs& cold) {
    Environment e(space);
    bool is_end = false;
    bool must_start = false;
    space.state_.with([&](AddressSpace::State& state) {
        is_end = walk_.slice(state.layout, e, [&cold](Region& region, u64 page) { cold.add(*region.object, page); });
        if (!e.changes.is_empty()) {
            must_start = state.flusher.add(e.changes, e.frames, nullptr);
        }
    });
    if (must_start) {
        space.start_flush();
    }
    aged_ += e.aged();
    return is_end;
}

void Ageing::Runs::add(Memory& memory, u64 page) {
    for (Run& run : *this) {
        if (!run.memory) {
            run = {RefPtr<Memory>::share(memory), page, 1};
            return;
        }
        if (run.memory.get() == &memory && page == run.first + run.count && run.count < Run::kMost) {
            ++run.count;
            return;
        }
    }
}

void Ageing::drop(Runs& cold) {
    for (base::usize i = 0; i < kRuns && cold.at(i).memory; ++i) {
        const Run& run = cold.at(i);
        Drop& sweep = drops_.at(i);
        if (!sweep.is_busy.exchange(true, std::memory_order_acquire)) {
            const u64 dropped = run.memory->drop_cold(run.first, run.count, sweep);
            dropped_.fetch_add(dropped, std::memory_order_relaxed);
            has_dropped_ = has_dropped_ || dropped != 0;
        }
    }
}

bool Ageing::is_dropping() const {
    return std::ranges::any_of(drops_, [](const Drop& drop) { return drop.is_busy.load(std::memory_order_acquire); });
}

void Ageing::end_round(Nanoseconds now) {
    rounds_.fetch_add(1, std::memory_order_relaxed);
    next_round_ = now + kPause;
    is_resting_ = aged_ == 0 && !has_dropped_;
    fruitless_rounds_ = has_dropped_ ? 0 : fruitless_rounds_ + 1;
    aged_ = 0;
    has_dropped_ = false;
}

void Ageing::wake_for_next_round() {
    if (!wake_.is_armed.exchange(true)) {
        processor::this_processor().timers.arm(wake_, next_round_);
    }
}

} // namespace kernel::object
