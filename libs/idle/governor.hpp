/// How a processor waits when it has nothing to do.
#pragma once

#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"

namespace idle {

enum class State : base::u8 {
    Halt,  ///< given back to the hypervisor; who wakes it sends an interrupt
    Watch, ///< it rests, and a store to a word that it watches wakes it: MWAIT
    Poll,  ///< it runs, and looks at that word
};

/// What the user of the machine wants, where it is offered.
enum class Choice : base::u8 { Any, Halt, Watch, Poll };

/// What the machine offers beside halting.
struct Offer {
    bool is_watching = false;  ///< the processor rests while it watches, whatever is beneath it
    bool is_dedicated = false; ///< nobody else needs the processor while it polls
};

/// Decides for one processor. Watching is best: a wake-up is a store, and nothing is used up. Where there is none, a
/// processor that nobody else needs polls for a window before it halts, as long as that pays: the window doubles when
/// more of it would have saved the halt, and closes when nothing came for longer than the largest. The arithmetic is
/// that of Linux' haltpoll, drivers/cpuidle/governors/haltpoll.c.
class Governor {
  public:
    static constexpr base::Nanoseconds kFirstWindow{50'000};
    static constexpr base::Nanoseconds kLargestWindow{200'000};

    /// It halts.
    constexpr Governor() = default;

    constexpr Governor(Choice choice, Offer offer)
        : state_(state_for(choice, offer)), is_always_(choice != Choice::Any) {}

    /// How the next wait begins. A wait that polls halts after window().
    [[nodiscard]] constexpr State state() const {
        return state_ == State::Poll && window_ == base::Nanoseconds{0} && !is_always_ ? State::Halt : state_;
    }

    /// Whether all waits are halts.
    [[nodiscard]] constexpr bool only_halts() const { return state_ == State::Halt; }

    [[nodiscard]] constexpr bool is_watching() const { return state_ == State::Watch; }

    /// Whether no wait ever halts, but for polling.
    [[nodiscard]] constexpr bool always_polls() const { return state_ == State::Poll && is_always_; }

    /// How long a wait polls at most. It never halts if it was told to poll.
    [[nodiscard]] constexpr base::Nanoseconds window() const {
        return is_always_ ? base::Nanoseconds{~base::u64{0}} : window_;
    }

    /// A wait has lasted `time`, with what it polled.
    constexpr void note(base::Nanoseconds time) {
        if (time > kLargestWindow) {
            window_ = base::Nanoseconds{0};
        } else if (time > window_) {
            const base::Nanoseconds twice = window_ * 2 > kFirstWindow ? window_ * 2 : kFirstWindow;
            window_ = twice < kLargestWindow ? twice : kLargestWindow;
        }
    }

  private:
    static constexpr State state_for(Choice choice, Offer offer) {
        switch (choice) {
        case Choice::Halt: return State::Halt;
        case Choice::Poll: return State::Poll;
        case Choice::Watch:
        case Choice::Any: break;
        }
        if (offer.is_watching) {
            return State::Watch;
        }
        return choice == Choice::Any && offer.is_dedicated ? State::Poll : State::Halt;
    }

    State state_ = State::Halt;
    bool is_always_ = false;
    base::Nanoseconds window_{0};
};

/// What `governor` has processors do, for the log.
constexpr std::string_view name(const Governor& governor) {
    if (governor.only_halts()) {
        return "halt";
    }
    if (governor.is_watching()) {
        return "watch";
    }
    return governor.always_polls() ? "poll" : "poll before they halt";
}

} // namespace idle
