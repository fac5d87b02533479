/// One processor as the kernel sees it.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "kernel/interrupt/vector_table.hpp"
#include "kernel/processor/effort.hpp"
#include "kernel/processor/idle_wait.hpp"
#include "kernel/processor/long_work.hpp"
#include "kernel/processor/translation_machine.hpp"
#include "kernel/thread/dispatcher.hpp"
#include "kernel/time/timers.hpp"
#include "libs/epoch/epochs.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/trace/trace_ring.hpp"

namespace kernel::processor {

enum class State : base::u8 {
    Absent,   ///< never started, or did not answer
    Starting, ///< was called; has not answered yet
    Online,   ///< takes interrupts and messages
};

/// What each processor owns. Others reach only its mailbox and its state.
class Processor {
  public:
    /// `index` counts from 0, the processor that booted; `hardware_id` is the name that interrupts are sent to; `place`
    /// is where it says that it is in the kernel.
    Processor(base::u32 index, base::u32 hardware_id, epoch::Place& place, const time::Clock& clock)
        : timers(clock), threads(*this, index, vectors, timers, clock), translations(machine_, index, false),
          index_(index), hardware_id_(hardware_id), epoch_place_(place) {}

    [[nodiscard]] base::u32 index() const { return index_; }

    [[nodiscard]] base::u32 hardware_id() const { return hardware_id_; }

    [[nodiscard]] State state() const { return state_.load(std::memory_order_acquire); }

    void set_state(State state) { state_.store(state, std::memory_order_release); }

    /// The started processor says that it is there. False if it was given up meanwhile.
    bool answer() { return change_state(State::Starting, State::Online); }

    /// It did not answer: nobody waits any more. False if it did, or was not called.
    bool give_up() { return change_state(State::Starting, State::Absent); }

    /// Has `message` run on this processor soon. From any processor; nobody waits. False if it is posted already, or
    /// this processor is not online.
    bool post(mailbox::Message& message);

    /// Runs what was posted. On this processor, with interrupts off.
    void drain() { mailbox_.drain(); }

    /// The same if there is anything: on every way out of the kernel to user mode, and of a wait.
    void drain_some() {
        if (!mailbox_.is_empty()) {
            drain();
        }
    }

    /// Has what others ask about translations answered here soon. From any processor.
    void ask_for_answer() { post(bell_); }

    /// Has it leave, soon, a space in which it runs nobody. From any processor.
    void ask_to_leave() {
        must_leave_.store(true, std::memory_order_release);
        post(bell_);
    }

    /// What ended is given back between its threads, in slices of their own. On this processor.
    void give_back_later();

    /// From here on it may find capabilities and objects without a lock; until leave_kernel() they stay readable.
    void enter_kernel();
    void leave_kernel();

    /// Runs body() so, also in an interrupt that came while the processor was idle.
    template <class F>
    void in_kernel(F body) {
        const bool was_outside = !is_in_kernel();
        if (was_outside) {
            enter_kernel();
        }
        body();
        if (was_outside) {
            leave_kernel();
        }
    }

    /// Learns whether it has tags, and to answer the others while it spins on a lock. On this processor.
    void prepare_translations();

    /// Another processor interrupted this one.
    void note_call() { ++calls_; }

    [[nodiscard]] base::u64 calls() const { return calls_; }

    /// Waits for interrupts and does what they bring, until `done(context)`. On this processor, with interrupts off.
    void idle_until(bool (*done)(void* context), void* context);

    /// Interrupts this processor even where interrupts are off; it goes on afterwards. From any processor.
    void interrupt_unmaskably();

    /// Whether such an interrupt is on its way.
    [[nodiscard]] bool expects_nonmaskable() const { return nonmaskable_is_expected_.load(std::memory_order_acquire); }

    /// Whether the non-maskable interrupt that came is one of those.
    bool take_expected_nonmaskable();

    /// An interrupt was withdrawn between its announcement and its delivery.
    void note_spurious() { ++spurious_; }

    [[nodiscard]] base::u64 spurious() const { return spurious_; }

    interrupt::VectorTable vectors;
    IdleWait idle_wait;
    time::Timers timers;
    base::u32 clock_version = 0; ///< of what the hypervisor told this processor of time
    thread::Dispatcher threads;
    Effort effort;

    /// With what stands before it, just under the 16 pages that it is given.
    using TraceRing = trace::TraceRing<2047>;
    std::atomic<TraceRing*> trace_ring{
        nullptr}; ///< made when tracing first starts, for ever; only this processor writes there

  private:
    [[nodiscard]] bool is_in_kernel() const;

    /// By which others have translations answered for: one, however many ask.
    struct Bell : mailbox::Message {
        explicit Bell(Processor& whose) : Message(&Bell::run), owner(whose) {}

        static void run(mailbox::Message& message);

        Processor& owner;
    };

    struct GivingBack : LongWork {
        GivingBack() : LongWork(&GivingBack::run) {}

        static bool run(LongWork& work);
    };

    TranslationMachine machine_;

  public:
    Translations translations;

  private:
    bool do_idle_work();
    void watch_clock();

    bool change_state(State from, State to) {
        return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
    }

    std::atomic<bool> nonmaskable_is_expected_{false};
    std::atomic<bool> must_leave_{false};
    base::u64 spurious_ = 0;
    base::u64 calls_ = 0;
    base::u32 index_;
    base::u32 hardware_id_;
    epoch::Place& epoch_place_;
    std::atomic<State> state_{State::Absent};
    mailbox::Mailbox mailbox_;
    Bell bell_{*this};
    GivingBack giving_back_;
};

/// The processor that this runs on. Not before processors are known.
Processor& this_processor();

/// As of the processor that this runs on; false before processors are known.
bool take_expected_nonmaskable();

} // namespace kernel::processor
