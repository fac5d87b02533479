/// Random changes against a model that keeps the timers sorted.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "libs/timer_wheel/timer_wheel.hpp"
#include "testing/test.hpp"

namespace timer_wheel {

using base::Nanoseconds;
using base::u64;
using base::usize;

namespace {

class Model {
  public:
    Model(u64 seed, usize count) : random_(seed), timers_(count) {}

    ~Model() {
        for (Timer& timer : timers_) {
            wheel_.cancel(timer);
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        switch (random_() % 8) {
        case 0: cancel(any()); break;
        case 1: expire(); break;
        case 2: expire_slice(); break;
        default: arm(any()); break;
        }
        check_next();
    }

    /// Follows the wheel's wakes until every timer has gone. Returns how many there were.
    usize wake_until_empty() {
        callbacks_change_ = false;
        usize wakes = 0;
        for (auto next = wheel_.next_expiry(); next && !testing::Test::HasFailure(); next = wheel_.next_expiry()) {
            now_ = std::max(now_, next->value());
            expire_all();
            ++wakes;
        }
        EXPECT_TRUE(sorted_.empty());
        return wakes;
    }

  private:
    Timer& any() { return timers_.at(random_() % timers_.size()); }

    /// Any magnitude is as likely.
    u64 any_span() { return random_() >> (random_() % 64); }

    u64 later(u64 span) const { return span > ~u64{0} - now_ ? ~u64{0} : now_ + span; }

    u64 any_deadline() {
        switch (random_() % 16) {
        case 0: return now_ - std::min(now_, any_span());
        case 1: return ~u64{0};
        case 2: return now_;
        case 3: return later(1'000'000); // shared by many
        default: return later(any_span());
        }
    }

    void forget(Timer& timer) {
        const auto [begin, end] = sorted_.equal_range(timer.deadline().value());
        const auto found = std::find_if(begin, end, [&](const auto& entry) { return entry.second == &timer; });
        EXPECT_EQ(found != end, timer.is_armed());
        if (found != end) {
            sorted_.erase(found);
        }
        owed_.erase(&timer);
    }

    void arm(Timer& timer) {
        forget(timer);
        const u64 deadline = any_deadline();
        wheel_.arm(timer, Nanoseconds{deadline});
        sorted_.emplace(deadline, &timer);
    }

    void cancel(Timer& timer) {
        const bool armed = timer.is_armed();
        forget(timer);
        EXPECT_EQ(wheel_.cancel(timer), armed);
        EXPECT_FALSE(timer.is_armed());
    }

    void on_due(Timer& timer) {
        EXPECT_LE(timer.deadline().value(), now_);
        EXPECT_FALSE(timer.is_armed());
        const auto [begin, end] = sorted_.equal_range(timer.deadline().value());
        const auto found = std::find_if(begin, end, [&](const auto& entry) { return entry.second == &timer; });
        ASSERT_TRUE(found != end) << "handed out twice, or cancelled";
        sorted_.erase(found);
        owed_.erase(&timer);
        ++handed_;
        if (callbacks_change_ && random_() % 2 == 0) {
            random_() % 2 == 0 ? arm(timer) : arm(any());
            cancel(any());
        }
    }

    /// What the next call owes: what is armed before it.
    void begin_call() {
        handed_ = 0;
        owed_.clear();
        for (auto at = sorted_.begin(); at != sorted_.upper_bound(now_); ++at) {
            owed_.insert(at->second);
        }
    }

    void expire_all() {
        begin_call();
        wheel_.expire(Nanoseconds{now_}, [this](Timer& timer) { on_due(timer); });
        EXPECT_TRUE(owed_.empty());
    }

    void expire() {
        // The end of time would leave nothing to test: not so soon.
        if (const u64 moment = later(any_span()); moment < u64{1} << 63 || random_() % 64 == 0) {
            now_ = moment;
        }
        expire_all();
    }

    void expire_slice() {
        now_ = later(any_span() >> 8);
        const usize limit = 1 + random_() % 16;
        begin_call();
        const bool more = wheel_.expire(Nanoseconds{now_}, limit, [this](Timer& timer) { on_due(timer); });
        EXPECT_LE(handed_, limit);
        EXPECT_TRUE(more || owed_.empty());
        EXPECT_TRUE(more || sorted_.empty() || sorted_.begin()->first > now_);
    }

    void check_next() {
        const auto next = wheel_.next_expiry();
        ASSERT_EQ(next.has_value(), !sorted_.empty());
        if (next) {
            EXPECT_LE(next->value(), sorted_.begin()->first);
            EXPECT_TRUE(sorted_.size() > 8 || *next == Nanoseconds{0} || next->value() == sorted_.begin()->first);
        }
    }

    std::mt19937_64 random_;
    TimerWheel wheel_;
    std::vector<Timer> timers_;
    std::multimap<u64, Timer*> sorted_;
    std::set<Timer*> owed_;
    u64 now_ = 0;
    usize handed_ = 0;
    bool callbacks_change_ = true;
};

} // namespace

TEST(TimerWheelModel, AgreesAfterEveryChange) {
    for (u64 seed = 0; seed < 60 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed, seed % 3 == 0 ? 5 : 200);
        for (int i = 0; i < 2000 && !testing::Test::HasFailure(); ++i) {
            model.step();
        }
        EXPECT_LE(model.wake_until_empty(), 200U * 11);
    }
}

} // namespace timer_wheel
