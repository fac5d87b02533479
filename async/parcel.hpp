/// What one worker hands to another.
#pragma once

#include <atomic>
#include <utility>

#include "base/types.hpp"

namespace async {

class Executor;

/// Lies in one inbox, or one queue, at a time. Whoever delivers it keeps it alive until it is opened.
class Parcel {
  public:
    Parcel() {}

    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;

    /// Called once for each delivery, on the worker that it was delivered to.
    virtual void open(Executor& here) = 0;

  protected:
    ~Parcel() = default;

  private:
    friend class Inbox;
    friend class ReadyQueue;

    Parcel* behind_; // written when it is queued
};

/// Any number of producers, one consumer, no lock. What one producer delivers is opened in its order.
class Inbox {
  public:
    /// One compare-and-swap. Sequentially consistent, as is_empty() is: a worker that goes to sleep says so first and
    /// looks here then, and who delivers looks afterwards whether it sleeps; one of them sees the other.
    void deliver(Parcel& parcel) {
        Parcel* head = head_.load(std::memory_order_relaxed);
        do {
            parcel.behind_ = head;
        } while (!head_.compare_exchange_weak(head, &parcel));
    }

    [[nodiscard]] bool is_empty() const { return head_.load() == nullptr; }

    /// Opens what was there when it was called, oldest first.
    void open_all(Executor& here) {
        Parcel* parcel = take_all();
        while (parcel != nullptr) {
            Parcel* const next = parcel->behind_;
            parcel->open(here);
            parcel = next;
        }
    }

  private:
    Parcel* take_all() {
        Parcel* newest = head_.exchange(nullptr, std::memory_order_acquire);
        Parcel* oldest = nullptr;
        while (newest != nullptr) {
            Parcel* const next = std::exchange(newest->behind_, oldest);
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    std::atomic<Parcel*> head_{nullptr};
};

} // namespace async
