/// A ring, as capabilities name it.
#pragma once

#include <atomic>
#include <optional>

#include "base/guarded.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/answer.hpp"
#include "kernel/process/call.hpp"
#include "kernel/process/hand_over.hpp"
#include "kernel/process/lent_rank.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/results.hpp"
#include "kernel/process/ring_arena.hpp"
#include "kernel/process/slot_reserve.hpp"
#include "kernel/process/source.hpp"
#include "kernel/time/timers.hpp"
#include "libs/ring/queues.hpp"

namespace kernel::thread {
class Thread;
} // namespace kernel::thread

namespace kernel::process {

class Chain;
class Operation;
class Process;

/// Queues behind a lock, and the thread that waits for completions. Only the thread that is bound to it submits;
/// results come from anywhere, and so do the items of sources that are attached. Held by its capabilities, by the
/// thread that is bound to it, and by each operation that posts to it.
class Ring final : public Object, public base::RefCounted<Ring>, public base::ListLink<class RingsOfProcess> {
  public:
    /// Of `process`, whose `place` holds the shape. For who allocates it, from ProcessObjects; the first reference is
    /// that of its capabilities.
    Ring(base::RefPtr<Process> process, RingPlace&& place, const ring::Shape& shape);

    ~Ring();

    static void destroy(Ring& ring);

    /// The process that it belongs to.
    [[nodiscard]] Process& process() const { return process_; }

    [[nodiscard]] const ring::Shape& shape() const { return shape_; }

    [[nodiscard]] const RingPlace& place() const { return place_; }

    /// A thread is bound to it from now on. False: one is already.
    [[nodiscard]] bool bind() { return !is_bound_.exchange(true, std::memory_order_acquire); }

    /// That thread does not run any more: nobody wakes it from here. On its home, if it ever ran.
    void unbind();

    /// Nothing comes any more: sources are detached, and its calls are over. When no thread is bound to it.
    void close();

    /// What a batch begins with.
    struct Begun {
        base::u32 count; ///< entries that were taken: each has a place for its result
        base::u32 asked; ///< submissions that wait, at most as many as were asked for
    };

    /// What end() came to.
    enum class Outcome : base::u8 {
        Goes,     ///< the thread need not wait
        Waits,    ///< it parks
        HasReady, ///< sources have their turn first, with what fill_reserve() gives: deliver_ready(), then end() again
    };

    // Of the thread that submits, in this order, once for each batch: begin(), entry() and perhaps post(), end().

    /// Takes at most `count` entries, and at most `most`. Corrupt: the program broke the ring.
    base::Result<Begun> begin(base::u64 count, base::u32 most);

    /// One of those that were taken. Without the lock: nobody else moves them.
    [[nodiscard]] const abi::Submission& entry(base::u32 index) const {
        return state_.unlocked_for_owner().queues.taken(index);
    }

    /// The submission that waits, if it is alone, as of ring::Queues::sole(). No deadline may be armed: else null.
    [[nodiscard]] const abi::Submission* sole_entry() const {
        return has_deadline_.load(std::memory_order_relaxed) ? nullptr : state_.unlocked_for_owner().queues.sole();
    }

    /// Whether sources that have something wait for their turn, or places for what messages bring are lacking.
    [[nodiscard]] bool has_turns() {
        return state_.with([](const State& state) { return !state.ready.empty() || state.reserve.lacks(); });
    }

    /// Posts `results`, without showing them to the program yet.
    void post(Results& results);

    /// The first `consumed` of the entries that were taken are done with. Posts `results` and shows the program all of
    /// it. Then `thread`, which runs, waits until `wanted` completions are there to be read, or until `deadline` if
    /// that is not 0. After HasReady, which comes only if it `may_deliver`, it is called again with nothing more
    /// consumed.
    Outcome end(base::u32 consumed, Results& results, thread::Thread& thread, base::u32 wanted,
                base::Nanoseconds deadline, bool may_deliver);

    /// Gives each source that has something a turn, as long as there is room for what they bring. False: nothing could
    /// be delivered. Of any thread.
    bool deliver_ready(HandOver& hand_over);

    /// A call to be sent, with `accept` places reserved for what its answer brings. OverBudget, NoMemory.
    base::Result<Call*> take_call(base::u8 accept);

    /// `call` was not sent, or is over without a result.
    void return_call(Call& call);

    /// Calls visit(call) for each call of this ring.
    template <class Visit>
    void for_each_call(Visit visit) {
        for (Call* call = calls_.load(std::memory_order_relaxed); call != nullptr; call = call->lent->next_call()) {
            visit(*call);
        }
    }

    // Ranks that are lent: its own to those for whom its thread waits, and others' to it.

    /// Of the thread that is bound to it.
    [[nodiscard]] RingRank& rank() { return rank_; }

    /// While its thread is parked it lends its rank to that of `holder`, until take_back(). Nothing if `lent` is lent,
    /// or as many as may be are.
    void lend(LentRank& lent, Ring& holder);
    void take_back(LentRank& lent);

    /// Lends to those as well for whom its calls wait that were equal to it when they were called. From any processor.
    void lend_to_called();

    /// Sees to it that messages with capabilities find room. OverBudget, NoMemory.
    base::Result<void> fill_reserve();

    // From any processor.

    /// The result of an entry that another call began, with this tag: `status`, or the answer if that is 0. `is_quiet`:
    /// a success leaves no completion. Wakes whoever has waited for it.
    void complete(base::u64 tag, bool is_quiet, base::u16 status, const Answer& answer);

    /// The result of `call`, which is over; `fill(completion)` writes it.
    template <class Fill>
    void finish_call(Call& call, HandOver& hand_over, Fill fill);

    /// The result of `call`, which its caller gave up, and which take_given_up_back() takes back later;
    /// `fill(completion)` writes it.
    template <class Fill>
    void finish_early(const Call& call, HandOver& hand_over, Fill fill);

    void take_given_up_back(Call& call);

    /// Whether one more call may be given up: of those, too, there are no more than results have places.
    [[nodiscard]] bool may_give_up();

    /// `call`, which is over, succeeded and wanted no result.
    void finish_call_quietly(Call& call);

    // What its thread has on the processor where it is at home: it does not leave that meanwhile. There, but for tie().

    void tie() { ties_.fetch_add(1, std::memory_order_relaxed); }

    void untie() { ties_.fetch_sub(1, std::memory_order_relaxed); }

    /// Its thread is about to leave; what it waited for, it waits for no longer. Whether nothing ties it.
    bool leave_processor();

    /// Has fill(completion, reserve) write an item of `source`, which brings `slots` capabilities. False: there is no
    /// room, or others have waited for it longer (unless this is its turn); then it has its turn later.
    template <class Fill>
    bool offer(Source& source, bool is_its_turn, base::usize slots, HandOver& hand_over, Fill fill);

    /// The same for a source that has at most one item in the ring that is not read; it brings no capabilities.
    template <class Fill>
    bool offer_one(Source& source, bool is_its_turn, HandOver& hand_over, Fill fill);

    /// `operation` of this ring waits, and can be given up. Of the thread that submits.
    void add_operation(Operation& operation);
    /// Also one that was not added.
    void remove_operation(Operation& operation);

    /// Gives up those of them that have `tag`, or all; each comes to `error`. Answers how many.
    base::u64 give_up(std::optional<base::u64> tag, base::Error error);

    // Of the thread that submits.

    void add_chain(Chain& chain);
    /// Also one that is not there.
    void remove_chain(Chain& chain);
    /// Chain::cut() of each.
    base::u64 cut_chains(std::optional<base::u64> tag);

    // From any processor.

    /// `source` has an item. It is attached.
    void mark_ready(Source& source);

    /// `source` is attached. False: nothing can be any more.
    [[nodiscard]] bool add_source(Source& source);

    void remove_source(Source& source);

  private:
    friend class FastPath;

    struct State {
        // Apart from this header: it does not know operations.
        State(const RingPlace& place, const ring::Shape& shape);
        ~State();

        State(const State&) = delete;
        State& operator=(const State&) = delete;

        void wake_waiter();

        /// The waiter runs again, or will; null: there is none.
        thread::Thread* take_waiter() {
            if (!lent.empty()) [[unlikely]] {
                set_parked(false);
            }
            return std::exchange(waiter, nullptr);
        }

        void begin_waiting(thread::Thread& thread, base::u32 for_many) {
            waiter = &thread;
            wanted = for_many;
            if (!lent.empty()) [[unlikely]] {
                set_parked(true);
            }
        }

        [[gnu::noinline, gnu::cold, clang::preserve_most]] void set_parked(bool is_parked);
        void lend(LentRank& rank, RingRank& holder, bool is_parked);
        void take_back(LentRank& rank);

        /// Whether no source waits for its turn, and nothing is lent.
        [[nodiscard]] bool is_plain() const { return (ready.count() | lent.count()) == 0; }

        /// What was written is shown; the waiter, if it has what it waited for, runs again.
        void show(HandOver& hand_over);

        void take_back(Call& call);
        /// One that lends nothing.
        void put_back(Call& call);

        /// For a source that has at most one item that is not read.
        [[nodiscard]] bool has_room_for_one(const Source& source) const {
            return (!source.has_item_ || queues.is_read(source.last_item_)) && queues.has_window_place();
        }

        /// Its place, to be filled.
        abi::Completion& add_one(Source& source) {
            source.has_item_ = true;
            source.last_item_ = queues.next_position();
            return queues.add_item();
        }

        void wait_for_turn(Source& source) {
            if (!ReadyList::is_linked(source)) {
                ready.push_back(source);
            }
        }

        ring::Queues queues;
        thread::Thread* waiter = nullptr;
        base::u32 wanted = 0;
        ReadyList ready;
        AttachedList attached;
        LentRankList lent;                                                 ///< by its thread
        base::IntrusiveList<Operation, class OperationsOfRing> operations; ///< that can be given up
        Call* over = nullptr;                                              ///< calls to be used again
        base::u32 given_up = 0; ///< calls of which their servers are to be told
        SlotReserve reserve;
        bool is_closed = false;
    };

    using Shared = base::Guarded<State, core::KernelLock, core::kRingLock>;

    struct Deadline : time::Timer {
        explicit Deadline(Ring& whose) : Timer(&Deadline::pass), owner(whose) {}

        static void pass(time::Timer& timer);

        Ring& owner;
    };

    /// Whether its thread, which waits, must not be taken over by another processor. Under the lock.
    [[nodiscard]] bool is_tied() const {
        return has_deadline_.load(std::memory_order_relaxed) || ties_.load(std::memory_order_relaxed) != 0;
    }

    /// More calls at once are not looked through.
    static constexpr base::usize kLookedAt = 64;

    void forget_deadline();
    void detach_all();
    base::Result<Call*> make_call();
    void take_calls_back();
    void give_chains_up();

    base::RefPtr<Process> process_owner_;
    Process& process_; ///< the same, without a check at each use
    RingPlace place_;  ///< until the queues are gone, and before the process may go
    std::atomic<bool> is_bound_{false};
    ring::Shape shape_;
    Deadline deadline_{*this};              ///< on the waiter's processor
    std::atomic<bool> has_deadline_{false}; ///< whether it may be armed; of the thread that submits
    std::atomic<base::u32> ties_{0};        ///< calls with deadlines, chains, waits for pages, a fault that was told
    bool has_over_ = false;                 ///< there are calls to be taken back: the same
    base::IntrusiveList<Chain, class ChainsOfRing> chains_; ///< that go on: the same
    Call* free_calls_ = nullptr;                            ///< the same
    std::atomic<Call*> calls_{nullptr};                     ///< all: added to by the same
    RingRank rank_;
    Shared state_;
};

template <class Fill>
void Ring::finish_call(Call& call, HandOver& hand_over, Fill fill) {
    state_.with([&](State& state) {
        fill(state.queues.finish());
        state.take_back(call);
        state.show(hand_over);
    });
}

template <class Fill>
void Ring::finish_early(const Call& call, HandOver& hand_over, Fill fill) {
    state_.with([&](State& state) {
        fill(state.queues.finish());
        ++state.given_up;
        state.take_back(*call.lent);
        state.show(hand_over);
    });
}

template <class Fill>
bool Ring::offer(Source& source, bool is_its_turn, base::usize slots, HandOver& hand_over, Fill fill) {
    bool is_in = false;
    state_.with([&](State& state) {
        is_in = state.queues.has_window_place() && (is_its_turn || state.ready.empty()) && state.reserve.covers(slots);
        if (is_in) [[likely]] {
            fill(state.queues.add_item(), state.reserve);
            state.show(hand_over);
        } else {
            state.wait_for_turn(source);
        }
    });
    return is_in;
}

template <class Fill>
bool Ring::offer_one(Source& source, bool is_its_turn, HandOver& hand_over, Fill fill) {
    bool is_in = false;
    state_.with([&](State& state) {
        is_in = state.has_room_for_one(source) && (is_its_turn || state.ready.empty());
        if (is_in) [[likely]] {
            fill(state.add_one(source));
            state.show(hand_over);
        } else {
            state.wait_for_turn(source);
        }
    });
    return is_in;
}

} // namespace kernel::process
