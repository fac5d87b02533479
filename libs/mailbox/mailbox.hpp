/// Messages from any processor to one: no lock, no allocation.
#pragma once

#include <atomic>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace mailbox {

/// Embedded in what it concerns. At most in one mailbox at a time; `run` is called once for each post, on the processor
/// that the mailbox belongs to, and may post the message again.
class Message {
  public:
    using Run = void (*)(Message& message);

    explicit constexpr Message(Run run) : run_(run) {}

    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

    ~Message() { ASSERT(!is_posted(), "a message dies in a mailbox"); }

    /// Whether it waits in a mailbox. False while it runs: that it has ended, it must say itself.
    [[nodiscard]] bool is_posted() const { return posted_.load(std::memory_order_acquire); }

  private:
    friend class Mailbox;

    Run run_;
    Message* next_ = nullptr;
    std::atomic<bool> posted_{false};
};

/// Any number of producers, one consumer. What one producer posts is drained in its order.
class Mailbox {
  public:
    constexpr Mailbox() = default;
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Adds `message`, unless it waits already: then false, and its run will see what the caller wrote before. True
    /// with `was_empty` set when the owner should be woken.
    bool post(Message& message, bool& was_empty) {
        was_empty = false;
        if (message.posted_.exchange(true, std::memory_order_acq_rel)) {
            return false;
        }
        Message* head = head_.load(std::memory_order_relaxed);
        do {
            message.next_ = head;
        } while (!head_.compare_exchange_weak(head, &message, std::memory_order_release, std::memory_order_relaxed));
        was_empty = head == nullptr;
        return true;
    }

    [[nodiscard]] bool is_empty() const { return head_.load(std::memory_order_acquire) == nullptr; }

    /// Runs everything that was there when it was called, oldest first; returns how much. Only the owner may call it.
    base::usize drain() {
        Message* message = reversed(head_.exchange(nullptr, std::memory_order_acquire));
        base::usize count = 0;
        while (message != nullptr) {
            Message* next = message->next_;
            const Message::Run run = message->run_;
            // From here on it may be posted again, also by its own run. An exchange, because a post that was refused
            // until now relies on this run: what was written before it must be seen here.
            message->posted_.exchange(false, std::memory_order_acq_rel);
            run(*message);
            message = next;
            ++count;
        }
        return count;
    }

  private:
    static Message* reversed(Message* message) {
        Message* result = nullptr;
        while (message != nullptr) {
            Message* next = message->next_;
            message->next_ = result;
            result = message;
            message = next;
        }
        return result;
    }

    std::atomic<Message*> head_{nullptr};
};

} // namespace mailbox
