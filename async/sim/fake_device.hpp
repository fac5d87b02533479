/// A device of a simulation: operations that take time, and can be taken back until they are done.
///
///     FakeDevice device(simulation);
///     const u64 value = co_await device.operation({.takes = 5_ms, .value = 7});
#pragma once

#include "async/alarm.hpp"
#include "async/operation.hpp"
#include "async/sim/simulation.hpp"

namespace async::sim {

class FakeDevice {
  public:
    struct Behaviour {
        base::Nanoseconds takes{0};        ///< until it is done
        base::u64 value = 0;               ///< its result
        Error error{};                     ///< or this
        base::Nanoseconds cancel_takes{0}; ///< from the cancellation to its Result, unless it is done before
    };

    /// See operation().
    class Call final : public LeafOf<Call, Operation>, private Alarm {
      public:
        Call(FakeDevice& device, Behaviour behaviour) : device_(device), behaviour_(behaviour) {}

        /// Of timeout(limit, call): the device ends it then by itself.
        void set_timeout(base::Nanoseconds limit) {
            if (limit < behaviour_.takes) {
                behaviour_.takes = limit;
                behaviour_.error = abi::Error::TimedOut;
            }
        }

        static Ready try_now() { return Ready::No; }

        void park();

        [[nodiscard]] base::u64 take() const { return behaviour_.value; }

        [[nodiscard]] std::string_view name() const override { return "FakeDevice.operation"; }

      private:
        void ask_to_cancel() override;
        void ring() override;

        FakeDevice& device_;
        Behaviour behaviour_;
        base::Nanoseconds done_; ///< when
    };

    explicit FakeDevice(Simulation& simulation) : simulation_(simulation) {}

    [[nodiscard]] Call operation(Behaviour behaviour) { return {*this, behaviour}; }

    /// Begun and not completed: a frame that died before its Result would leave one.
    [[nodiscard]] base::u64 under_way() const { return under_way_; }

    /// Cancellations that were asked for.
    [[nodiscard]] base::u64 asked() const { return asked_; }

  private:
    Simulation& simulation_;
    base::u64 under_way_ = 0;
    base::u64 asked_ = 0;
};

} // namespace async::sim
