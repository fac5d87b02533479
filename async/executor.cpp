#include "async/executor.hpp"

#include "async/pool.hpp"
#include "async/promise.hpp"

namespace async {

using base::Nanoseconds;
using base::u32;

constinit thread_local Executor* Executor::of_thread = nullptr;

void Executor::wake(Job& job, Error error) {
    static_cast<void>(job.leaf()->fail(error));
    if (job.yields() == Job::Yields::Value) {
        job.fail_at_resume(error);
    }
    wake(job);
}

void Executor::resume(Job& job) {
    if (job.will_fail()) [[unlikely]] {
        propagate(job.at(), job.take_failure()).resume();
        return;
    }
    // Not by resume(), whose check that the coroutine is suspended costs four instructions: being in the queue says it.
    __builtin_coro_resume(job.at().address());
}

void Executor::run_steps() {
    for (u32 left = kSteps; left != 0; --left) {
        Job* const job = ready_.pop();
        if (job == nullptr) {
            break;
        }
        resume(*job);
    }
    // Its share; all that nobody else wants comes with the next turns.
    if (Job* const job = background_.pop(); job != nullptr) {
        resume(*job);
    }
}

bool Executor::step() {
    Job* job = driver_.pick(ready_);
    if (job == nullptr && ready_.is_empty()) {
        job = background_.pop();
    }
    if (job != nullptr) {
        resume(*job);
    }
    return job != nullptr;
}

void Executor::ring_alarms() {
    if (timers_.next_expiry()) {
        timers_.expire(driver_.now(), [](timer_wheel::Timer& timer) { static_cast<Alarm&>(timer).ring(); });
    }
}

void Executor::turn() {
    open_inbox();
    ring_alarms();
    if (driver_.picks()) {
        static_cast<void>(step());
    } else {
        run_steps();
    }
    // One with each turn, so that a worker with much to do is not the one that never begins anything.
    if (Job* const job = pool_->take_fresh(*this); job != nullptr) {
        job->open(*this);
    }
}

void Executor::sleep() {
    is_sleeping_.store(true);
    // Looked at again after the flag: who came before it did not wake us.
    if (has_parcels() || pool_->has_fresh(*this) || pool_->has_ended()) {
        is_sleeping_.store(false);
        driver_.park(Nanoseconds{0});
        return;
    }
    driver_.park(timers_.next_expiry());
    is_sleeping_.store(false);
}

void Executor::work() {
    const Use use(*this);
    while (!pool_->has_ended()) {
        turn();
        if (!is_idle()) {
            driver_.park(Nanoseconds{0});
        } else {
            sleep();
        }
    }
}

void Executor::Roots::on_end(Job&, Error error) { executor_.pool_->end_job(error); }

void Executor::Stop::open(Executor&) { executor_.roots_.cancel_jobs(abi::Error::Cancelled); }

} // namespace async
