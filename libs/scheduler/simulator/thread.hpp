/// A thread of the simulator.
#pragma once

#include <deque>
#include <string>

#include "libs/scheduler/inheritance.hpp"
#include "libs/scheduler/runner.hpp"
#include "libs/scheduler/simulator/step.hpp"

namespace scheduler::simulator {

enum class State : base::u8 {
    Ready,
    Waiting,
    Ended,
};

/// Owned by its machine, which alone changes it.
class Thread : public Runner, public Inheritor {
  public:
    Thread(Machine& machine, std::string name, const Parameters& parameters, Script script)
        : Runner(parameters), Inheritor(Rank::of(parameters), &Thread::on_rank_changed), machine_(machine),
          name_(std::move(name)), script_(std::move(script)) {}

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] State state() const { return state_; }

    /// Of its own context.
    [[nodiscard]] base::Nanoseconds used() const { return own().used(); }

    /// The longest time from a wake until it ran.
    [[nodiscard]] base::Nanoseconds longest_latency() const { return longest_latency_; }

    [[nodiscard]] base::u64 migrations() const { return migrations_; }

    /// Where it ran last, or is to run.
    [[nodiscard]] base::u32 processor() const { return processor_; }

    /// When it ended.
    [[nodiscard]] base::Nanoseconds ended_at() const { return ended_at_; }

  private:
    friend class Machine;

    static void on_rank_changed(Inheritor& inheritor);

    Machine& machine_;
    std::string name_;
    Script script_;
    State state_ = State::Waiting;
    base::usize position_ = 0;
    base::Nanoseconds left_; ///< of the step that runs
    base::u32 processor_ = 0;
    bool is_new_ = true;

    std::deque<Thread*> calls_; ///< of a server: those that wait to be served
    Thread* serves_ = nullptr;  ///< of a server: whose call
    Context* lent_ = nullptr;   ///< of a client: what went with its call
    bool is_receiving_ = false;
    scheduler::Wait wait_; ///< for a server, or for a lock's owner
    base::u64 wakes_ = 0;  ///< that it has not waited for
    bool waits_for_wake_ = false;

    base::Nanoseconds woken_at_;
    bool is_woken_ = false;
    base::Nanoseconds longest_latency_;
    base::u64 migrations_ = 0;
    base::Nanoseconds ended_at_;
};

} // namespace scheduler::simulator
