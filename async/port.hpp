/// Values from Jobs of all workers to one Job.
///
///     Port<Request, 16> port(executor);        // where the receiver runs
///     co_await port.send(request);             // anywhere in the pool
///     Request next = co_await port.receive();  // there
#pragma once

#include <optional>
#include <utility>

#include "async/executor.hpp"
#include "async/fixed_queue.hpp"
#include "async/leaf_of.hpp"
#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "base/spin_lock.hpp"

namespace async {

/// Around a lock of user space: nothing can be switched off.
struct WorkerLockContext {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() {}
};

/// No other lock is taken under it.
inline constexpr base::LockClass kPortLock{.rank = 1, .name = "port"};

/// Holds up to `N` values in itself; senders wait for room in their order. One Job at a time receives. The lock inside
/// is held for as long as a value takes to move. Lives until all senders are done with it, and dies on its worker.
template <class T, base::usize N>
class Port {
  public:
    class Send;
    class Receive;

    explicit Port(Executor& home) : home_(home), arrival_(*this) {}

    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    ~Port() {
        // Word of an arrival may still be on its way; opening an inbox resumes nobody.
        while (state_.with([](const State& state) { return state.is_word_sent; })) {
            home_.open_inbox();
        }
    }

    /// To be awaited by a Job of any worker of the pool: kClosed once the port is closed.
    [[nodiscard]] Send send(T value) { return Send(*this, std::move(value)); }

    /// To be awaited by a Job of its worker: the oldest value; kClosed once the port is closed and empty.
    [[nodiscard]] Receive receive() { return Receive(*this); }

    /// From any worker: nothing can be sent any more, also by those who wait to.
    void close() {
        state_.with([&](State& state) {
            state.is_closed = true;
            while (Send* const sender = state.senders.pop_front()) {
                sender->refuse();
            }
            tell(state);
        });
    }

  private:
    enum class Sent : base::u8 { Yes, Full, Closed };

    struct State {
        FixedQueue<T, N> values;
        bool is_closed = false;
        bool is_awaited = false;   ///< the receiver wants word of an arrival
        bool is_word_sent = false; ///< arrival_ is on its way
        base::IntrusiveList<Send, Port> senders;
    };

    /// Word for the receiver's worker that it should look again.
    class Arrival final : public Parcel {
      public:
        explicit Arrival(Port& port) : port_(port) {}

        void open(Executor&) override { port_.on_word(); }

      private:
        Port& port_;
    };

    Sent put(State& state, T& value) {
        if (state.is_closed) {
            return Sent::Closed;
        }
        if (!state.values.push(value)) {
            return Sent::Full;
        }
        tell(state);
        return Sent::Yes;
    }

    void tell(State& state) {
        if (state.is_awaited && !state.is_word_sent) {
            state.is_word_sent = true;
            state.is_awaited = false;
            home_.deliver(arrival_);
        }
    }

    /// Moves the oldest value out, and that of the first sender that waits in. False: there is none.
    bool get(State& state, std::optional<T>& value) {
        if (state.values.is_empty()) {
            return false;
        }
        value.emplace(state.values.pop());
        if (Send* const sender = state.senders.pop_front(); sender != nullptr) {
            static_cast<void>(put(state, sender->value_));
            sender->accept();
        }
        return true;
    }

    void on_word() {
        state_.with([](State& state) { state.is_word_sent = false; });
        if (Receive* const receiver = receiver_; receiver != nullptr) {
            receiver->look_again();
        }
    }

    base::Guarded<State, base::SpinLock<WorkerLockContext>, kPortLock> state_;
    Executor& home_;
    Arrival arrival_;
    Receive* receiver_ = nullptr; ///< who waits; only its worker looks
};

/// See Port::send(). As a parcel it tells its own worker what became of it.
template <class T, base::usize N>
class Port<T, N>::Send final : public LeafOf<Send>, public Parcel, public base::ListLink<Port> {
  public:
    Send(Port& port, T&& value) : port_(port), value_(std::move(value)) {}

    Ready try_now() {
        const Sent sent = port_.state_.with([&](State& state) { return port_.put(state, value_); });
        if (sent == Sent::Closed) {
            return this->fail(kClosed);
        }
        return sent == Sent::Yes ? Ready::Yes : Ready::No;
    }

    void park() {
        const Sent sent = port_.state_.with([&](State& state) {
            const Sent now = port_.put(state, value_);
            if (now == Sent::Full) {
                state.senders.push_back(*this);
            }
            return now;
        });
        if (sent != Sent::Full) {
            outcome_ = sent;
            open(this->job().executor());
        }
    }

    static void take() {}

    void cancel(Error reason) override {
        const bool was_waiting = port_.state_.with([&](State& state) {
            const bool is_linked = base::IntrusiveList<Send, Port>::is_linked(*this);
            if (is_linked) {
                state.senders.remove(*this);
            }
            return is_linked;
        });
        // Otherwise the value is in the port already, and word of that on its way.
        if (was_waiting) {
            this->job().executor().wake(this->job(), reason);
        }
    }

    [[nodiscard]] std::string_view name() const override { return "Port.send"; }

    void open(Executor& here) override {
        if (outcome_ == Sent::Closed) {
            here.wake(this->job(), kClosed);
        } else {
            here.wake(this->job());
        }
    }

  private:
    friend class Port;

    void accept() { this->job().executor().deliver(*this); }

    void refuse() {
        outcome_ = Sent::Closed;
        this->job().executor().deliver(*this);
    }

    Port& port_;
    T value_;
    Sent outcome_ = Sent::Yes;
};

/// See Port::receive().
template <class T, base::usize N>
class Port<T, N>::Receive final : public LeafOf<Receive> {
  public:
    explicit Receive(Port& port) : port_(port) {}

    Ready try_now() {
        const bool is_closed = port_.state_.with([&](State& state) {
            static_cast<void>(port_.get(state, value_));
            return state.is_closed;
        });
        if (value_) {
            return Ready::Yes;
        }
        return is_closed ? this->fail(kClosed) : Ready::No;
    }

    void park() {
        ASSERT(port_.receiver_ == nullptr, "two receive from one port");
        port_.receiver_ = this;
        look_again();
    }

    /// Parked: wakes its Job if there is something, else waits for word.
    void look_again() {
        const bool is_closed = port_.state_.with([&](State& state) {
            state.is_awaited = !port_.get(state, value_);
            return state.is_closed;
        });
        if (!value_ && !is_closed) {
            return;
        }
        port_.receiver_ = nullptr;
        if (value_) {
            this->job().executor().wake(this->job());
        } else {
            this->job().executor().wake(this->job(), kClosed);
        }
    }

    T take() {
        ASSERT(value_.has_value(), "woken without a value");
        return std::move(*value_);
    }

    void cancel(Error reason) override {
        port_.receiver_ = nullptr;
        this->job().executor().wake(this->job(), reason);
    }

    [[nodiscard]] std::string_view name() const override { return "Port.receive"; }

  private:
    Port& port_;
    std::optional<T> value_;
};

} // namespace async
