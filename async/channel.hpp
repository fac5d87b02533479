/// Values from Jobs to Jobs, with room for a few.
#pragma once

#include <optional>
#include <utility>

#include "async/executor.hpp"
#include "async/fixed_queue.hpp"
#include "async/wait_leaf.hpp"

namespace async {

/// Holds up to `N` values in itself; senders wait for room, receivers for values, each in their order. Belongs to one
/// executor; nobody waits when it dies.
///
/// A value is in one place: with its sender until there is room, in the channel, or with the receiver that it was
/// handed to. So a cancelled send has sent nothing, and a cancelled receive has taken nothing.
template <class T, base::usize N>
class Channel {
  public:
    /// See send().
    class Send final : public LeafOf<Send, WaitLeaf> {
      public:
        Send(Channel& channel, T&& value) : channel_(channel), value_(std::move(value)) {}

        Ready try_now() {
            if (channel_.is_closed_) {
                return this->fail(kClosed);
            }
            return channel_.try_send(value_) ? Ready::Yes : Ready::No;
        }

        void park() { channel_.senders_.push_back(*this); }

        static void take() {}

        void cancel(Error reason) override { this->cancel_in(channel_.senders_, reason); }

        [[nodiscard]] std::string_view name() const override { return "Channel.send"; }

      private:
        friend class Channel;

        Channel& channel_;
        T value_;
    };

    /// See receive().
    class Receive final : public LeafOf<Receive, WaitLeaf> {
      public:
        explicit Receive(Channel& channel) : channel_(channel) {}

        Ready try_now() {
            if (!channel_.values_.is_empty()) {
                value_.emplace(channel_.pop());
                return Ready::Yes;
            }
            return channel_.is_closed_ ? this->fail(kClosed) : Ready::No;
        }

        void park() { channel_.receivers_.push_back(*this); }

        T take() {
            ASSERT(value_.has_value(), "woken without a value");
            return std::move(*value_);
        }

        void cancel(Error reason) override { this->cancel_in(channel_.receivers_, reason); }

        [[nodiscard]] std::string_view name() const override { return "Channel.receive"; }

      private:
        friend class Channel;

        Channel& channel_;
        std::optional<T> value_;
    };

    /// To be awaited: kClosed once the channel is closed.
    [[nodiscard]] Send send(T value) { return Send(*this, std::move(value)); }

    /// To be awaited: the oldest value; kClosed once the channel is closed and empty.
    [[nodiscard]] Receive receive() { return Receive(*this); }

    /// Nothing can be sent any more, also by those who wait to; what is in it can be received.
    void close() {
        is_closed_ = true;
        while (WaitLeaf* const sender = senders_.pop_front()) {
            sender->wake(kClosed);
        }
        while (WaitLeaf* const receiver = receivers_.pop_front()) {
            receiver->wake(kClosed);
        }
    }

    /// How many values are in it.
    [[nodiscard]] base::usize count() const { return values_.count(); }

    [[nodiscard]] bool is_closed() const { return is_closed_; }

  private:
    /// Moves `value` to the first receiver that waits, or into the channel; false and untouched if it is full.
    bool try_send(T& value) {
        if (WaitLeaf* const receiver = receivers_.pop_front(); receiver != nullptr) {
            static_cast<Receive*>(receiver)->value_.emplace(std::move(value));
            receiver->wake();
            return true;
        }
        return values_.push(value);
    }

    T pop() {
        T value = values_.pop();
        if (WaitLeaf* const sender = senders_.pop_front(); sender != nullptr) {
            static_cast<void>(values_.push(static_cast<Send*>(sender)->value_));
            sender->wake();
        }
        return value;
    }

    WaitLeaf::List senders_;
    WaitLeaf::List receivers_;
    FixedQueue<T, N> values_;
    bool is_closed_ = false;
};

} // namespace async
