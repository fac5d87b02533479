/// Where the requests of a channel come in.
#pragma once

#include "async/leaf_of.hpp"
#include "async/operation.hpp"
#include "libs/rpc/transport.hpp"

namespace rpc {

/// An attached server's end. One Job waits for it at a time; belongs to its worker.
class Receiver {
  public:
    /// See next().
    class Next final : public async::LeafOf<Next> {
      public:
        explicit Next(Receiver& receiver, Incoming& incoming) : receiver_(receiver), incoming_(incoming) {}

        async::Ready try_now() {
            has_item_ = Transport::take(receiver_, incoming_);
            return has_item_ ? async::Ready::Yes : async::Ready::No;
        }

        void park() { receiver_.waiter_ = this; }

        // Taken when its turn comes, not when it is told: what nobody can take yet stays with its sender.
        bool take() { return has_item_ || Transport::take(receiver_, incoming_); }

        void cancel(async::Error reason) override {
            receiver_.waiter_ = nullptr;
            job().executor().wake(job(), reason);
        }

        [[nodiscard]] std::string_view name() const override { return "Receiver.next"; }

      private:
        Receiver& receiver_;
        Incoming& incoming_;
        bool has_item_ = false;
    };

    Receiver() = default;
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    ~Receiver() { Transport::detach(*this); }

    /// To be awaited: puts the next item into `incoming`. False: it was there, and its sender has taken it back.
    [[nodiscard]] Next next(Incoming& incoming) { return Next(*this, incoming); }

    /// Of the transport: there is an item. False: nobody waits for it just now.
    bool tell() {
        if (waiter_ == nullptr) {
            return false;
        }
        async::Job& job = std::exchange(waiter_, nullptr)->job();
        job.executor().wake(job);
        return true;
    }

    /// Of the transport: what it keeps for an attached one; 0: nothing.
    [[nodiscard]] u64 place() const { return place_; }

    void set_place(u64 place) { place_ = place; }

  private:
    Next* waiter_ = nullptr;
    u64 place_ = 0;
};

/// To be awaited: from then on what comes to a server's end goes to `receiver`. BadHandle, WrongType, AccessDenied, and
/// Busy: it is attached already.
class AttachCall final : public async::LeafOf<AttachCall, async::Operation> {
  public:
    AttachCall(abi::Handle end, Receiver& receiver) : end_(end), receiver_(receiver) {}

    [[nodiscard]] abi::Handle end() const { return end_; }

    [[nodiscard]] Receiver& receiver() const { return receiver_; }

    static async::Ready try_now() { return async::Ready::No; }

    void park() { Transport::begin(*this); }

    static void take() {}

    [[nodiscard]] std::string_view name() const override { return "attach"; }

  private:
    /// It is bounded, and its Result comes by itself.
    void ask_to_cancel() override {}

    abi::Handle end_;
    Receiver& receiver_;
};

} // namespace rpc
