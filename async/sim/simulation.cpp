#include "async/sim/simulation.hpp"

#include <algorithm>

#include "async/dump.hpp"

namespace async::sim {

using base::Nanoseconds;
using base::u64;
using base::usize;

namespace {

/// Identities: the Jobs of a worker by their numbers, and what workers do besides.
constexpr u64 kWorkerShift = 40;
constexpr u64 kInbox = 1ULL << 36;
constexpr u64 kFresh = 1ULL << 37;

class StringSink final : public base::TextSink {
  public:
    explicit StringSink(std::string& text) : text_(text) {}

    void write(std::string_view text) override { text_ += text; }

  private:
    std::string& text_;
};

} // namespace

Simulation::Simulation(Chooser& chooser, Options options) : chooser_(chooser), options_(options), pool_(options.mode) {
    for (usize i = 0; i < options.workers; ++i) {
        pool_.add(workers_.emplace_back(*this).executor);
    }
}

Result<void> Simulation::check(bool condition, std::string_view otherwise) {
    if (condition) {
        return {};
    }
    if (failure_.empty()) {
        failure_ = otherwise;
    }
    return abi::Error::BadState;
}

void Simulation::add(Possibility possibility, u64 identity) {
    possibilities_.push_back(possibility);
    identities_.push_back(u64{possibility.worker} << kWorkerShift | identity);
}

void Simulation::find_possibilities() {
    possibilities_.clear();
    identities_.clear();
    bool has_fresh = false;
    for (usize i = 0; i < workers_.size(); ++i) {
        Executor& executor = worker(i);
        usize place = 0;
        for (Job* job = executor.ready().peek(0); job != nullptr; job = executor.ready().peek(place)) {
            add({Possibility::Kind::Step, i, place}, job->number());
            ++place;
        }
        if (place == 0 && !executor.is_idle()) {
            add({Possibility::Kind::Step, i, 0}, 0);
        }
        if (executor.has_parcels()) {
            add({Possibility::Kind::OpenInbox, i, 0}, kInbox);
        }
        has_fresh |= !executor.fresh().is_empty();
    }
    for (usize i = 0; has_fresh && i < workers_.size(); ++i) {
        if (worker(i).is_idle() || !worker(i).fresh().is_empty()) {
            add({Possibility::Kind::TakeFresh, i, 0}, kFresh);
        }
    }
}

void Simulation::happen(Possibility possibility) {
    Executor& executor = worker(possibility.worker);
    const Executor::Use use(executor);
    switch (possibility.kind) {
    case Possibility::Kind::Step:
        picked_ = possibility.place;
        static_cast<void>(executor.step());
        break;
    case Possibility::Kind::OpenInbox: executor.open_inbox(); break;
    case Possibility::Kind::TakeFresh:
        if (Job* const job = pool_.take_fresh(executor); job != nullptr) {
            job->open(executor);
        }
        break;
    }
}

/// To the next alarm. False: there is none.
bool Simulation::jump() {
    std::optional<Nanoseconds> next = alarms_.next_expiry();
    for (Worker& worker : workers_) {
        if (const auto alarm = worker.executor.next_alarm(); alarm && (!next || *alarm < *next)) {
            next = alarm;
        }
    }
    if (!next) {
        return false;
    }
    now_ = std::max(now_, *next);
    alarms_.expire(now_, [](timer_wheel::Timer& timer) { static_cast<Alarm&>(timer).ring(); });
    for (Worker& worker : workers_) {
        const Executor::Use use(worker.executor);
        worker.executor.ring_alarms();
    }
    return true;
}

void Simulation::choose() {
    const usize chosen = possibilities_.size() == 1 ? 0 : chooser_.choose(identities_);
    happen(possibilities_.at(chosen));
}

void Simulation::report_deadlock() {
    std::string text = "deadlock: everybody waits\n";
    StringSink sink(text);
    for (Worker& worker : workers_) {
        dump_all(worker.executor.roots(), sink);
    }
    give_up(text);
}

/// All Jobs are cancelled, so that their frames go, and the test ends. What does not end then would never.
void Simulation::give_up(std::string_view why) {
    ASSERT(!was_cancelled_, "a simulated Job neither ends nor heeds its cancellation");
    was_cancelled_ = true;
    if (failure_.empty()) {
        failure_ = why;
    }
    for (Worker& worker : workers_) {
        const Executor::Use use(worker.executor);
        worker.executor.roots().cancel_jobs(abi::Error::Cancelled);
    }
}

void Simulation::run_all() {
    u64 steps = 0;
    while (!pool_.has_ended()) {
        if (++steps == options_.most_steps) {
            give_up("no end after so many steps");
            steps = 0;
        }
        find_possibilities();
        if (!possibilities_.empty()) {
            choose();
        } else if (!jump()) {
            report_deadlock();
        }
    }
}

} // namespace async::sim
