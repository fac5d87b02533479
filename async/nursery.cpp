#include "async/nursery.hpp"

#include "async/executor.hpp"
#include "async/promise.hpp"

namespace async {

void Nursery::begin_await(Job& parent) {
    set_job(parent);
    static_cast<void>(fail(Error()));
    is_awaited_ = true;
    if (parent.is_cancelled()) {
        latch_ = parent.latch();
    }
}

void Nursery::add_cancelled(Job& job) {
    job.set_latch(latch_);
    job.executor().make_ready(job);
}

void Nursery::cancel_jobs(Error reason) {
    if (latch_.is_error()) {
        return;
    }
    latch_ = reason;
    for (Job* job = jobs_.front(); job != nullptr; job = jobs_.next(*job)) {
        cancel_tree(*job, reason);
    }
}

Nursery::Next Nursery::end(Job& job, Error error) {
    JobList::remove(job);
    on_end(job, error);
    job.release();
    return jobs_.empty() ? next() : Next{};
}

Nursery::Next Nursery::next() {
    if (!is_awaited_) {
        return {};
    }
    Job& parent = this->job();
    parent.unpark();
    const Error failed = outcome();
    static_cast<void>(fail(failed));
    return {parent.at(), parent.yields() == Job::Yields::Value ? failed : Error()};
}

std::coroutine_handle<> Nursery::go_on(Next next) {
    if (next.error.is_error()) {
        return propagate(next.frame, next.error);
    }
    return next.frame == nullptr ? std::coroutine_handle<>(std::noop_coroutine()) : next.frame;
}

std::coroutine_handle<> Nursery::all_ended() { return go_on(next()); }

std::coroutine_handle<> Nursery::end_heard(Frame root, Job& job) {
    job.destroy_root(root);
    return go_on(end(job, Error()));
}

namespace {

/// The Job behind `job` and all that it waits for, in the tree below `top`.
Job* next_beside(Job& top, Job& job) {
    Job* at = &job;
    while (at != &top) {
        Nursery& nursery = *at->nursery();
        if (Job* const next = nursery.jobs().next(*at); next != nullptr) {
            return next;
        }
        at = &nursery.job();
    }
    return nullptr;
}

/// The first Job that `job` waits for, told of the latch; null if it waits for none, or need not hear of it.
Job* tell_nursery(Job& job, Error reason) {
    Nursery* const nursery = job.is_cancelled() && job.leaf() != nullptr ? job.leaf()->nursery() : nullptr;
    if (nursery == nullptr || nursery->latch().is_error()) {
        return nullptr;
    }
    nursery->set_latch(reason);
    return nursery->jobs().front();
}

} // namespace

// Not by recursion: scopes nest as deep as the program likes.
void cancel_tree(Job& top, Error reason) {
    Job* job = &top;
    while (job != nullptr) {
        job->set_latch(reason);
        Job* const inner = tell_nursery(*job, reason);
        job = inner != nullptr ? inner : next_beside(top, *job);
    }
}

} // namespace async
