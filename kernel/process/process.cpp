#include "kernel/process/process.hpp"

#include <bit>

#include "kernel/core/kernel.hpp"
#include "kernel/process/lent_end.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::RefPtr;
using base::Result;
using base::u32;
using base::VirtualAddress;
using object::AddressSpace;

Answer answer_of(const Ending& ending) {
    Answer answer;
    answer.give(abi::EndReport{.reason = static_cast<u32>(ending.reason), .zero = 0, .code = ending.code});
    return answer;
}

Process::Process(BudgetObject& payer, RefPtr<AddressSpace> space, bool may_write_debug, u32 first_generation)
    : Object(abi::ObjectKind::Process, [](Object& object) { static_cast<Process&>(object).drop_reference(); }),
      LongWork([](LongWork& work) { return static_cast<Process&>(work).run_end_slice(); }), payer_(payer),
      space_id_(space->id()), space_(std::move(space)), capabilities_(payer.budget(), first_generation),
      may_write_debug_(may_write_debug) {}

Result<RefPtr<Process>> Process::create(BudgetObject& payer, RefPtr<AddressSpace> space, bool may_write_debug) {
    auto process = TRY(process_objects().processes.create_counted(
        payer.budget(), payer, std::move(space), may_write_debug, static_cast<u32>(core::kernel().random.next())));
    process_objects().process_registry.add(*process);
    return process;
}

void Process::destroy(Process& process) {
    process_objects().process_registry.remove(process);
    if (process.locked([](const State& state) { return state.is_over; })) {
        process_objects().processes.destroy(process);
        return;
    }
    // It was never ended and has no threads, for these hold it.
    process.is_dying_ = true;
    process.capabilities_.close();
    process.start_work();
}

Result<RefPtr<AddressSpace>> Process::address_space() {
    RefPtr<AddressSpace> space;
    locked([&](const State& state) { space = state.ending.reason == abi::EndReason::None ? space_ : nullptr; });
    return space ? Result<RefPtr<AddressSpace>>{std::move(space)} : Result<RefPtr<AddressSpace>>{Error::BadState};
}

Result<bool> Process::prepare_ring(const ring::Shape& shape, RingFrames& frames) {
    if (!shape.is_valid()) {
        return Error::InvalidArgument;
    }
    const auto wanted = RingChunk::Wanted::of(shape, {});
    if (wanted.all() <= RingChunk::kSlice) {
        frames = {};
        return true;
    }
    TRY(address_space());
    return RingChunk::prepare(budget(), wanted, frames);
}

Result<RefPtr<Ring>> Process::create_ring(const ring::Shape& shape, VirtualAddress address, RingFrames&& frames) {
    if (!shape.is_valid()) {
        return Error::InvalidArgument;
    }
    const auto space = TRY(address_space());
    auto place = TRY(take_place(*space, shape, address, std::move(frames)));
    auto ring =
        TRY(process_objects().rings.create_counted(budget(), RefPtr<Process>::share(*this), std::move(place), shape));
    locked([&](State& state) { state.rings.push_back(*ring); });
    return ring;
}

Result<RingPlace> Process::take_place(AddressSpace& space, const ring::Shape& shape, VirtualAddress address,
                                      RingFrames&& frames) {
    const Bytes size = shape.bytes();
    if (address != VirtualAddress{0} || size > RingChunk::kLargest) {
        const auto wanted = RingChunk::Wanted::of(shape, address);
        return RingPlace(*this, *TRY(RingChunk::create(budget(), space, wanted, std::move(frames))));
    }
    Bytes best{0};
    auto found = locked([&](State& state) {
        best = state.arena.next_size();
        return state.arena.take(*this, size);
    });
    if (found) {
        found->clear();
        return std::move(*found);
    }
    RingChunk& chunk = *TRY(create_chunk(space, size, best));
    return locked([&](State& state) { return state.arena.add(*this, chunk, size); });
}

/// Whoever can pay for `least` and not for `best` has that.
Result<RingChunk*> Process::create_chunk(AddressSpace& space, Bytes least, Bytes best) {
    const Bytes smallest = base::Pages{std::bit_ceil(base::Pages::holding(least).value())}.bytes();
    if (best > smallest) {
        if (const auto chunk = RingChunk::create(budget(), space, {.size = best})) {
            return *chunk;
        }
    }
    return RingChunk::create(budget(), space, {.size = smallest});
}

void Process::keep_arena(const Ring& ring) {
    locked([&](State& state) { state.arena.keep(ring.place()); });
}

void Process::give_back(const RingPlace& place) {
    RingChunk* chunk = nullptr;
    locked([&](State& state) { chunk = state.arena.give_back(place); });
    if (chunk != nullptr) {
        // With the process its mappings end, and so does what they show.
        const auto space = address_space();
        chunk->end(space.has_value());
    }
}

void Process::end(const Ending& ending) {
    const bool is_first = locked([&](State& state) {
        if (state.ending.reason != abi::EndReason::None) {
            return false;
        }
        state.ending = ending;
        state.is_at_work = true;
        return true;
    });
    if (!is_first) {
        return;
    }
    if (ends_ != nullptr) {
        ends_(ending);
    }
    capabilities_.close();
    // Of its end.
    add_reference();
    start_work();
}

RefPtr<LentEnd> Process::fault_channel(base::usize which) {
    return locked([which](const State& state) { return state.fault_channels.at(which); });
}

Result<void> Process::set_fault_channel(base::usize which, RefPtr<LentEnd>&& channel) {
    RefPtr<LentEnd> old = std::move(channel);
    return locked([&](State& state) -> Result<void> {
        if (state.ending.reason != abi::EndReason::None) {
            return Error::BadState;
        }
        has_fault_channel_.store(true, std::memory_order_relaxed);
        std::swap(state.fault_channels.at(which), old);
        return {};
    });
}

bool Process::is_served_by_itself(const LentEnd& channel) {
    const auto space = address_space();
    return space && channel.is_served_in(**space);
}

u32 Process::threads() {
    return locked([](const State& state) { return static_cast<u32>(state.threads.count()); });
}

Ending Process::ending() {
    return locked([](const State& state) { return state.ending; });
}

bool Process::admit_debug_write(u32 bytes) {
    const base::Nanoseconds now = core::kernel().clock.now();
    return locked([now, bytes](State& state) { return state.debug_writes.admit_all(now, bytes); });
}

bool Process::wait(Operation& operation, Ending& ending) {
    return locked([&](State& state) {
        ending = state.ending;
        if (!state.is_over) {
            add_wait(state.waits, operation);
        }
        return !state.is_over;
    });
}

bool Process::is_work_due(State& state) {
    const bool is_due = state.ending.reason != abi::EndReason::None && state.threads.empty() && !state.is_at_work;
    state.is_at_work = state.is_at_work || is_due;
    return is_due;
}

void Process::start_work() { processor::this_processor().threads.add(*this); }

bool Process::run_end_slice() {
    bool is_at_work = true;
    if (!end_threads(is_at_work)) {
        return !is_at_work;
    }
    if (!close_rings() || !end_service() || !capabilities_.end_some()) {
        return false;
    }
    finish();
    return true;
}

void Process::remove_ring(Ring& ring) {
    locked([&](State& state) {
        if (base::IntrusiveList<Ring, RingsOfProcess>::is_linked(ring)) {
            state.rings.remove(ring);
        }
    });
}

bool Process::close_rings() {
    RefPtr<Ring> ring;
    bool is_over = false;
    locked([&](State& state) {
        Ring* const next = state.rings.pop_front();
        is_over = next == nullptr;
        // One that is being destroyed closes itself.
        if (!is_over && next->add_reference_if_alive()) {
            ring = RefPtr<Ring>::adopt(*next);
        }
    });
    if (ring) {
        ring->close();
    }
    return is_over;
}

/// Who waits for an answer of it waits in vain.
bool Process::end_service() {
    constexpr u32 kCalls = 256;
    if (!has_served_.load(std::memory_order_relaxed)) {
        return true;
    }
    HandOver hand_over;
    const bool goes_on = process_objects().calls.visit_some(next_call_, kCalls, [&](Call& call) {
        Channel* const channel = call.channel.load(std::memory_order_acquire);
        if (channel != nullptr && call.server == this) {
            static_cast<void>(channel->end_service(call, *this, hand_over));
        }
    });
    hand_over.wake_last();
    return !goes_on;
}

bool Process::end_threads(bool& is_at_work) {
    constexpr u32 kThreads = 16;
    return locked([&](State& state) {
        u32 told = 0;
        for (ProgramThread* thread = state.threads.front(); thread != nullptr && !thread->is_told_to_end_;
             thread = state.threads.front()) {
            if (told++ == kThreads) {
                return false;
            }
            // Those that were told stand behind the others.
            static_cast<void>(state.threads.pop_front());
            state.threads.push_back(*thread);
            thread->tell_to_end_locked();
        }
        is_at_work = state.is_at_work = state.threads.empty();
        return is_at_work;
    });
}

void Process::finish() {
    OperationList waits;
    Ending ending;
    RefPtr<AddressSpace> space;
    std::array<RefPtr<LentEnd>, 2> fault_channels;
    RingChunk* idle = nullptr;
    locked([&](State& state) {
        // One that nobody held has nobody to tell, but for those who waited and let go.
        if (state.ending.reason == abi::EndReason::None) {
            state.ending.reason = abi::EndReason::Killed;
        }
        state.is_over = true;
        state.is_at_work = false;
        ending = state.ending;
        move_all(state.waits, waits);
        space = std::move(space_);
        std::swap(state.fault_channels, fault_channels);
        idle = state.arena.close();
    });
    if (idle != nullptr) {
        idle->end(false);
    }
    space = nullptr;
    complete_all(waits, answer_of(ending));
    if (is_dying_) {
        process_objects().processes.destroy(*this);
    } else {
        drop_reference();
    }
}

} // namespace kernel::process
