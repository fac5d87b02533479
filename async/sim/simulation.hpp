/// A pool in which everything that could happen in several orders happens in one that a Chooser chose.
///
///     SeededChooser chooser(seed);
///     Simulation simulation(chooser, {.workers = 2});
///     const Result<int> result = simulation.run(test, &simulation);
///     simulation.failure()      // "deadlock: …", or empty
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/alarm.hpp"
#include "async/pool.hpp"
#include "async/sim/chooser.hpp"
#include "async/sim/sim_source.hpp"

namespace async::sim {

/// One thread, any number of workers. Time stands still while anything can run, then jumps to the next alarm.
class Simulation {
  public:
    struct Options {
        base::usize workers = 1;
        Pool::Mode mode = Pool::Mode::Stealing;
        base::u64 most_steps = 100'000; ///< then the test counts as one that never ends
    };

    Simulation(Chooser& chooser, Options options);
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    /// Once: function(arguments...) as main Job of worker 0.
    template <class F, class... Arguments>
    auto run(F function, Arguments... arguments) -> Result<typename std::invoke_result_t<F, Arguments...>::value_type> {
        // Also while what is left of the main Job goes.
        const Executor::Use use(worker(0));
        EmbeddedJob<typename std::invoke_result_t<F, Arguments...>::value_type> main;
        if (const auto begun = pool_.begin(worker(0), main, function(std::move(arguments)...)); !begun) {
            return begun.error();
        }
        run_all();
        return pool_.finish(main);
    }

    [[nodiscard]] Executor& worker(base::usize index) { return workers_.at(index).executor; }

    [[nodiscard]] Pool& pool() { return pool_; }

    /// Where frames come from; it can be told to fail.
    [[nodiscard]] SimSource& source() { return source_; }

    /// Virtual time.
    [[nodiscard]] base::Nanoseconds now() const { return now_; }

    [[nodiscard]] base::u64 entropy() { return chooser_.entropy(); }

    /// For what is simulated outside the workers: devices, links.
    void arm(Alarm& alarm, base::Nanoseconds delay) { alarms_.arm(alarm, now_ + delay); }

    void disarm(Alarm& alarm) { alarms_.cancel(alarm); }

    /// Of a test's Job: `co_await simulation.check(sum == 2, "an addition was lost")`.
    Result<void> check(bool condition, std::string_view otherwise);

    /// What went wrong: a check, a deadlock, or no end. Empty: nothing did.
    [[nodiscard]] const std::string& failure() const { return failure_; }

  private:
    class Driver {
      public:
        static constexpr bool kPicks = true;

        explicit Driver(Simulation& simulation) : simulation_(simulation) {}

        static void park(std::optional<base::Nanoseconds>) {}

        static void wake() {}

        [[nodiscard]] base::Nanoseconds now() const { return simulation_.now_; }

        [[nodiscard]] base::u64 entropy() const { return simulation_.entropy(); }

        [[nodiscard]] Job* pick(ReadyQueue& ready) const { return ready.take(simulation_.picked_); }

      private:
        Simulation& simulation_;
    };

    struct Worker {
        explicit Worker(Simulation& simulation) : driver(simulation), executor(driver, simulation.source_) {}

        Driver driver;
        Executor executor;
    };

    /// Something that can happen now.
    struct Possibility {
        enum class Kind : base::u8 { Step, OpenInbox, TakeFresh };

        Kind kind;
        base::usize worker;
        base::usize place; ///< among the ready Jobs
    };

    void run_all();
    void find_possibilities();
    void add(Possibility possibility, base::u64 identity);
    void choose();
    void happen(Possibility possibility);
    bool jump();
    void report_deadlock();
    void give_up(std::string_view why);

    Chooser& chooser_;
    Options options_;
    SimSource source_;
    Pool pool_;
    base::Nanoseconds now_;
    timer_wheel::TimerWheel alarms_;
    std::vector<Possibility> possibilities_;
    std::vector<base::u64> identities_; ///< of possibilities_
    base::usize picked_ = 0;
    std::string failure_;
    bool was_cancelled_ = false;
    std::deque<Worker> workers_;
};

} // namespace async::sim
