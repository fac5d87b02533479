/// The Jobs that can go on, oldest first.
#pragma once

#include "async/job.hpp"

namespace async {

/// Links Jobs by themselves. A Job is in one queue at most.
class ReadyQueue {
  public:
    ReadyQueue() = default;
    ReadyQueue(const ReadyQueue&) = delete;
    ReadyQueue& operator=(const ReadyQueue&) = delete;

    void push(Job& job) {
        job.behind_ = nullptr;
        *end_ = &job;
        end_ = &job.behind_;
    }

    /// Null if there is none.
    [[nodiscard]] Job* pop() {
        Parcel* const first = head_;
        if (first == nullptr) {
            return nullptr;
        }
        head_ = first->behind_;
        if (head_ == nullptr) {
            end_ = &head_;
        }
        return static_cast<Job*>(first);
    }

    /// Null if there are not so many. Takes as long as `index` is large.
    [[nodiscard]] Job* peek(base::usize index) const {
        Parcel* at = head_;
        for (; at != nullptr && index != 0; --index) {
            at = at->behind_;
        }
        return static_cast<Job*>(at);
    }

    /// Takes out a Job from its middle; null as for peek().
    [[nodiscard]] Job* take(base::usize index) {
        if (index == 0) {
            return pop();
        }
        Job* const before = peek(index - 1);
        Parcel* const found = before == nullptr ? nullptr : before->behind_;
        if (found != nullptr) {
            before->behind_ = found->behind_;
            end_ = end_ == &found->behind_ ? &before->behind_ : end_;
        }
        return static_cast<Job*>(found);
    }

    [[nodiscard]] bool is_empty() const { return head_ == nullptr; }

    /// Walks: the hot path keeps no count.
    [[nodiscard]] base::usize collect_count() const {
        base::usize count = 0;
        for (const Parcel* at = head_; at != nullptr; at = at->behind_) {
            ++count;
        }
        return count;
    }

  private:
    Parcel* head_ = nullptr;
    Parcel** end_ = &head_; ///< where the next one is linked
};

} // namespace async
