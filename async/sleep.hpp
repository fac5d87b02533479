/// Waiting for a moment.
#pragma once

#include "async/alarm.hpp"
#include "async/executor.hpp"
#include "async/leaf_of.hpp"

namespace async {

/// See sleep_for() and sleep_until().
class SleepLeaf final : public LeafOf<SleepLeaf>, private Alarm {
  public:
    enum class Kind : base::u8 { For, Until };

    SleepLeaf(Kind kind, base::Nanoseconds time) : time_(time), kind_(kind) {}

    static Ready try_now() { return Ready::No; }

    void park() {
        Executor& executor = job().executor();
        executor.arm(*this, kind_ == Kind::For ? executor.after(time_) : time_);
    }

    static void take() {}

    void cancel(Error reason) override {
        job().executor().disarm(*this);
        job().executor().wake(job(), reason);
    }

    [[nodiscard]] std::string_view name() const override { return "sleep"; }

  private:
    void ring() override { job().executor().wake(job()); }

    base::Nanoseconds time_;
    Kind kind_;
};

/// Goes on when `time` has passed, or soon after.
inline SleepLeaf sleep_for(base::Nanoseconds time) { return {SleepLeaf::Kind::For, time}; }

/// Goes on at `moment` of the executor's clock, or soon after; at once if it is past, but others first.
inline SleepLeaf sleep_until(base::Nanoseconds moment) { return {SleepLeaf::Kind::Until, moment}; }

} // namespace async
