/// One comparator, several sleepers.
#pragma once

#include <algorithm>
#include <concepts>

#include "base/types.hpp"

namespace hpet {

/// A counter, and the moment at which it interrupts: when it reaches that very value, in its lower 32 bits.
template <class C>
concept AlarmHardware = requires(const C& hardware, base::u64 moment) {
    { hardware.counter() } -> std::same_as<base::u64>; ///< 64 bits, never wraps
    { hardware.set(moment) };
};

/// Base of who is woken: a processor. Lives as long as its alarm, in its place.
class Sleeper {
  public:
    static constexpr base::u64 kNever = ~base::u64{0};

    Sleeper() = default;
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    /// In ticks of the counter.
    [[nodiscard]] base::u64 deadline() const { return deadline_; }

  private:
    template <AlarmHardware Hardware, std::derived_from<Sleeper> S>
    friend class SharedAlarm;

    base::u64 deadline_ = kNever;
    Sleeper* next_ = nullptr;
};

/// Wakes each sleeper once at its time or soon afterwards, by the one comparator that it sets for the earliest. Its
/// user provides the lock. Work grows with the number of sleepers.
template <AlarmHardware Hardware, std::derived_from<Sleeper> S>
class SharedAlarm {
  public:
    /// The comparator takes a moment to learn a value, and compares for equality: what is nearer may be missed.
    static constexpr base::u64 kMargin = 128;
    /// What is farther ahead takes more than one interrupt: half of what 32 bits can tell from the past.
    static constexpr base::u64 kFarthest = 1ULL << 30;

    constexpr SharedAlarm() = default;

    constexpr explicit SharedAlarm(Hardware hardware) : hardware_(hardware) {}

    SharedAlarm(const SharedAlarm&) = delete;
    SharedAlarm& operator=(const SharedAlarm&) = delete;

    void use(Hardware hardware) { hardware_ = hardware; }

    /// Once, and for ever.
    void add(S& sleeper) {
        sleeper.next_ = first_;
        first_ = &sleeper;
    }

    /// `sleeper` is woken in `ticks`, and no longer when it was to be before. False: the moment was so near that the
    /// comparator may have missed it; have serve() called.
    [[nodiscard]] bool arm(S& sleeper, base::u64 ticks) {
        const base::u64 now = hardware_.counter();
        sleeper.deadline_ = ticks < Sleeper::kNever - now ? now + ticks : Sleeper::kNever - 1;
        return sleeper.deadline_ >= set_for_ || set(now, sleeper.deadline_);
    }

    /// The comparator stays as it is: an interrupt for nothing costs less than two of its registers.
    void disarm(S& sleeper) { sleeper.deadline_ = Sleeper::kNever; }

    /// The comparator has interrupted, or may have: `wake(sleeper)` for everybody whose time has come.
    template <std::invocable<S&> Wake>
    void serve(Wake&& wake) {
        base::u64 next = Sleeper::kNever;
        base::u64 now = 0;
        do {
            set_for_ = next = Sleeper::kNever;
            now = hardware_.counter();
            for (Sleeper* sleeper = first_; sleeper != nullptr; sleeper = sleeper->next_) {
                if (sleeper->deadline_ <= now) {
                    sleeper->deadline_ = Sleeper::kNever;
                    wake(static_cast<S&>(*sleeper));
                }
                next = std::min(next, sleeper->deadline_);
            }
        } while (next != Sleeper::kNever && !set(now, next));
    }

  private:
    bool set(base::u64 now, base::u64 deadline) {
        set_for_ = std::min(deadline, now + kFarthest);
        hardware_.set(set_for_);
        return hardware_.counter() + kMargin < set_for_;
    }

    Hardware hardware_{};
    Sleeper* first_ = nullptr;
    base::u64 set_for_ = Sleeper::kNever; ///< when the comparator interrupts next; never later than any deadline
};

} // namespace hpet
