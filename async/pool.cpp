#include "async/pool.hpp"

#include <memory>

namespace async {

using base::usize;

void Pool::add(Executor& executor) {
    ASSERT(count_ < kMaxWorkers, "too many workers");
    workers_[count_] = &executor;
    ++count_;
    executor.set_pool(*this);
}

Result<PoolJob*> Pool::make_job(Task<void>& task) {
    Executor& home = Executor::current();
    void* const memory = task ? home.slab().allocate(sizeof(PoolJob)) : nullptr;
    if (memory == nullptr) {
        return abi::Error::NoMemory;
    }
    // Relaxed: the caller's own Job is among them, so that they cannot come to nothing meanwhile.
    jobs_.fetch_add(1, std::memory_order_relaxed);
    return std::construct_at(static_cast<PoolJob*>(memory), task.release(), home);
}

Result<void> Pool::spawn(Task<void> task) {
    PoolJob* const job = TRY(make_job(task));
    Executor& here = Executor::current();
    if (mode_ == Mode::PerCore || count_ == 1 || !here.fresh().push(*job)) {
        job->open(here);
        return {};
    }
    nudge_one(here);
    return {};
}

Result<void> Pool::post(Executor& worker, Task<void> task) {
    PoolJob* const job = TRY(make_job(task));
    worker.deliver(*job);
    return {};
}

usize Pool::index_of(const Executor& executor) const {
    usize index = 0;
    while (workers_[index] != &executor) {
        ++index;
    }
    return index;
}

void Pool::nudge_one(Executor& here) {
    const usize first = index_of(here);
    for (usize i = 1; i < count_; ++i) {
        Executor& other = *workers_[(first + i) % count_];
        if (other.is_sleeping()) {
            other.nudge();
            return;
        }
    }
}

Job* Pool::take_fresh(Executor& here) {
    const usize first = index_of(here);
    for (usize i = 0; i < count_; ++i) {
        if (Job* const job = workers_[(first + i) % count_]->fresh().take(); job != nullptr) {
            return job;
        }
        // Only who has nothing to do takes from others.
        if (!here.is_idle()) {
            return nullptr;
        }
    }
    return nullptr;
}

bool Pool::has_fresh(Executor&) {
    for (usize i = 0; i < count_; ++i) {
        if (!workers_[i]->fresh().is_empty()) {
            return true;
        }
    }
    return false;
}

void Pool::end_job(Error error) {
    if (error.is_error()) {
        cancel(error);
    }
    // Release and acquire: all that the Jobs wrote is seen by who sees the end.
    if (jobs_.fetch_sub(1) == 1) {
        for (usize i = 0; i < count_; ++i) {
            workers_[i]->nudge();
        }
    }
}

void Pool::cancel(Error error) {
    Error none;
    if (!error_.compare_exchange_strong(none, error)) {
        return;
    }
    for (usize i = 0; i < count_; ++i) {
        workers_[i]->deliver(workers_[i]->stop());
    }
}

Error Pool::first_error() const { return error_.load(); }

} // namespace async
