/// One processor as the kernel sees it.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "kernel/interrupt/vector_table.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::processor {

enum class State : base::u8 {
    Absent,   ///< never started, or did not answer
    Starting, ///< was called; has not answered yet
    Online,   ///< takes interrupts and messages
};

/// What each processor owns. Others reach only its mailbox and its state.
class Processor {
  public:
    /// `index` counts from 0, the processor that booted; `hardware_id` is the name that interrupts are sent to.
    Processor(base::u32 index, base::u32 hardware_id, const time::Clock& clock)
        : timers(clock), index_(index), hardware_id_(hardware_id) {}

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

    /// Waits for interrupts and does what they bring, until `done(context)`. On this processor, with interrupts off.
    void idle_until(bool (*done)(void* context), void* context);

    /// An interrupt was withdrawn between its announcement and its delivery.
    void note_spurious() { ++spurious_; }

    [[nodiscard]] base::u64 spurious() const { return spurious_; }

    /// What an exception in user mode does. Without it, it is reported like the kernel's own.
    void (*on_user_exception)(Arch::Frame& frame) = nullptr;

    interrupt::VectorTable vectors;
    time::Timers timers;

  private:
    bool change_state(State from, State to) {
        return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
    }

    base::u64 spurious_ = 0;
    base::u32 index_;
    base::u32 hardware_id_;
    std::atomic<State> state_{State::Absent};
    mailbox::Mailbox mailbox_;
};

/// The processor that this runs on. Not before processors are known.
Processor& this_processor();

} // namespace kernel::processor
