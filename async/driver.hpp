/// What an executor asks of the world that it runs in.
#pragma once

#include <concepts>
#include <optional>

#include "async/ready_queue.hpp"
#include "base/units.hpp"

namespace async {

/// One for each worker; outlives its executor. All but wake() are called by the worker itself.
///
/// - park(deadline): hands over what is written, takes in what has come, and wakes the Jobs that it was for. Waits for
///   that until `deadline`, or for ever if there is none, or until wake(). A moment in the past: does not wait.
/// - wake(), from any thread: the next or the present park() returns soon.
/// - now(): the monotonic clock.
/// - entropy(): a number that nobody can guess; in a simulation, one that hangs on the seed.
/// - pick(ready): which Job is next, taken out of the queue; null if this turn is over. Called only if `kPicks`: others
///   run the oldest.
template <class D>
concept Driver = requires(D& driver, std::optional<base::Nanoseconds> deadline, ReadyQueue& ready) {
    { D::kPicks } -> std::convertible_to<bool>;
    driver.park(deadline);
    driver.wake();
    { driver.now() } -> std::same_as<base::Nanoseconds>;
    { driver.entropy() } -> std::same_as<base::u64>;
    { driver.pick(ready) } -> std::same_as<Job*>;
};

/// Any driver, without its type: an executor is no template. Nothing here is called for each step, but in a simulation.
class DriverReference {
  public:
    template <Driver D>
    explicit DriverReference(D& driver) : driver_(&driver), calls_(&kCalls<D>) {}

    void park(std::optional<base::Nanoseconds> deadline) const { calls_->park(driver_, deadline); }

    void wake() const { calls_->wake(driver_); }

    [[nodiscard]] base::Nanoseconds now() const { return calls_->now(driver_); }

    [[nodiscard]] base::u64 entropy() const { return calls_->entropy(driver_); }

    [[nodiscard]] Job* pick(ReadyQueue& ready) const { return calls_->pick(driver_, ready); }

    [[nodiscard]] bool picks() const { return calls_->picks; }

  private:
    struct Calls {
        void (*park)(void* driver, std::optional<base::Nanoseconds> deadline);
        void (*wake)(void* driver);
        base::Nanoseconds (*now)(void* driver);
        base::u64 (*entropy)(void* driver);
        Job* (*pick)(void* driver, ReadyQueue& ready);
        bool picks;
    };

    template <Driver D>
    static constexpr Calls kCalls{
        .park = [](void* driver, std::optional<base::Nanoseconds> at) { static_cast<D*>(driver)->park(at); },
        .wake = [](void* driver) { static_cast<D*>(driver)->wake(); },
        .now = [](void* driver) { return static_cast<D*>(driver)->now(); },
        .entropy = [](void* driver) { return static_cast<D*>(driver)->entropy(); },
        .pick = [](void* driver, ReadyQueue& ready) { return static_cast<D*>(driver)->pick(ready); },
        .picks = D::kPicks,
    };

    void* driver_;
    const Calls* calls_;
};

} // namespace async
