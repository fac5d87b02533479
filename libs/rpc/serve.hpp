/// A server's loop over one channel.
///
///     co_await scope.spawn(serve_forever(std::move(end)));
///     Task<> serve_forever(Capability<ServerEnd, kRead> end) {
///         FileSession session(…);
///         co_await rpc::serve<File>(session, std::move(end));    // until the last client is gone
///     }
#pragma once

#include "async/embedded_job.hpp"
#include "async/nursery_awaiter.hpp"
#include "libs/rpc/dispatcher.hpp"
#include "libs/rpc/receiver.hpp"

namespace rpc {

/// See serve().
template <class P, class S, abi::Permissions R>
class ServeCall final : public async::CallOf<ServeCall<P, S, R>> {
    using Base = async::CallOf<ServeCall>;

  public:
    using value_type = void;

    ServeCall(S& session, Capability<ServerEnd, R> end) : session_(session), end_(std::move(end)) {}

    async::Frame begin() {
        auto task = receive(this);
        if (!task) {
            return this->no_frame(abi::Error::NoMemory);
        }
        return loop_.begin(task, *this, this->job());
    }

    void take() { loop_.take(); }

    [[nodiscard]] std::string_view name() const override { return P::id.name; }

  private:
    static async::Task<> receive(ServeCall* self) {
        Receiver receiver;
        co_await AttachCall(self->end_.handle(), receiver);
        Incoming incoming;
        while (true) {
            if (!co_await receiver.next(incoming)) {
                continue;
            }
            if (incoming.kind == Incoming::Kind::Request) [[likely]] {
                Dispatcher<S, P>::dispatch(self->session_, incoming, self->serving_);
            } else if (incoming.kind == Incoming::Kind::Cancelled) {
                self->cancel_call(incoming.token);
            } else {
                break;
            }
        }
        // Nobody waits for what is still under way.
        self->cancel_jobs(abi::Error::Cancelled);
    }

    void cancel_call(abi::Handle token) {
        for (async::Job* job = this->jobs().front(); job != nullptr; job = this->jobs().next(*job)) {
            if (job != &loop_ && static_cast<AnsweringJob*>(job)->token() == token) {
                async::cancel_tree(*job, abi::Error::Cancelled);
                return;
            }
        }
    }

    /// What became of a method is its caller's.
    void on_end(async::Job& job, async::Error error) override {
        if (&job == &loop_) {
            this->keep_first(job, error);
        }
    }

    S& session_;
    Capability<ServerEnd, R> end_;
    async::EmbeddedJob<void> loop_;
    Serving serving_{*this};
};

/// To be awaited: serves what comes to `end` as protocol P, until nobody can call any more and every method has ended.
/// Requests run at the same time. If it is cancelled, so are methods that wait; then the end is closed. A request that
/// breaks the protocol is answered with an error and does nothing else:
/// UnknownMethod; AccessDenied; InvalidArgument, Unsupported or WrongType as check_request() says. Busy: kMostWaiting
/// methods of this connection wait.
template <Protocol P, class S, abi::Permissions R>
    requires Serves<S, P> && (R.covers(abi::kRead))
[[nodiscard]] auto serve(S& session, Capability<ServerEnd, R> end) {
    return ServeCall<P, S, R>(session, std::move(end));
}

} // namespace rpc
