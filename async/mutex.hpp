/// One Job at a time, also across awaits.
#pragma once

#include <utility>

#include "async/executor.hpp"
#include "async/wait_leaf.hpp"

namespace async {

/// Handed over directly, first come, first served. Belongs to one executor; nobody waits when it dies.
class Mutex {
  public:
    /// Holds the mutex until it dies. May live across awaits, and move.
    class [[nodiscard]] Guard {
      public:
        explicit Guard(Mutex& mutex) : mutex_(&mutex) {}

        Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}

        Guard& operator=(Guard&& other) noexcept {
            std::swap(mutex_, other.mutex_);
            return *this;
        }

        ~Guard() {
            if (mutex_ != nullptr) {
                mutex_->unlock();
            }
        }

      private:
        Mutex* mutex_;
    };

    /// See lock().
    class Wait final : public LeafOf<Wait, WaitLeaf> {
      public:
        explicit Wait(Mutex& mutex) : mutex_(mutex) {}

        [[nodiscard]] Ready try_now() { return std::exchange(mutex_.is_locked_, true) ? Ready::No : Ready::Yes; }

        void park() { mutex_.waiters_.push_back(*this); }

        Guard take() { return Guard(mutex_); }

        void cancel(Error reason) override { cancel_in(mutex_.waiters_, reason); }

        [[nodiscard]] std::string_view name() const override { return "Mutex.lock"; }

      private:
        Mutex& mutex_;
    };

    /// To be awaited: yields a Guard.
    [[nodiscard]] Wait lock() { return Wait(*this); }

    [[nodiscard]] bool is_locked() const { return is_locked_; }

  private:
    void unlock() {
        WaitLeaf* const next = waiters_.pop_front();
        is_locked_ = next != nullptr;
        if (next != nullptr) {
            next->wake();
        }
    }

    WaitLeaf::List waiters_;
    bool is_locked_ = false;
};

} // namespace async
