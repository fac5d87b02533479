/// The Jobs of a nursery.
#pragma once

#include "base/assert.hpp"

namespace async {

class Job;

/// In every Job. Not initialised, and not looked at when it dies: each Job pays for it.
class JobLinks {
  public:
    JobLinks() {}

    JobLinks(const JobLinks&) = delete;
    JobLinks& operator=(const JobLinks&) = delete;

  protected:
    ~JobLinks() = default;

  private:
    friend class JobList;

    JobLinks* previous_;
    JobLinks* next_;
};

/// Like base::IntrusiveList without its checks, which would be a tenth of what a Job costs: that a Job is in one list
/// from adopt() to its end is seen to by Nursery alone.
class JobList {
  public:
    JobList() {
        end_.previous_ = &end_;
        end_.next_ = &end_;
    }

    ~JobList() { ASSERT(empty(), "who waits for Jobs died before they ended"); }

    JobList(const JobList&) = delete;
    JobList& operator=(const JobList&) = delete;

    void push_back(JobLinks& job) {
        job.previous_ = end_.previous_;
        job.next_ = &end_;
        end_.previous_->next_ = &job;
        end_.previous_ = &job;
    }

    static void remove(JobLinks& job) {
        job.previous_->next_ = job.next_;
        job.next_->previous_ = job.previous_;
    }

    /// Null if there is none.
    [[nodiscard]] Job* front() { return next(end_); }

    /// The one behind `job`. Null: it is the last.
    [[nodiscard]] Job* next(JobLinks& job);

    [[nodiscard]] bool empty() const { return end_.next_ == &end_; }

  private:
    struct End final : JobLinks {};

    End end_;
};

} // namespace async
