/// From a request to the method that serves it.
#pragma once

#include "base/text_view.hpp"
#include "libs/rpc/check_request.hpp"
#include "libs/rpc/serves.hpp"
#include "libs/rpc/serving_job.hpp"

namespace rpc {

/// Answers each request once: the method, or why it does not run. `S`: the session's class. A method that does not wait
/// is a plain call; one that does is a Job of `serving`, which runs until it waits first.
template <class S, class P>
    requires Serves<S, P>
class Dispatcher {
  public:
    static void dispatch(S& session, const Incoming& incoming, Serving& serving) {
        if (!try_all(session, incoming, serving, AllMethods<P>())) [[unlikely]] {
            refuse(incoming, abi::Error::UnknownMethod, 0);
        }
    }

  private:
    template <class... M>
    static bool try_all(S& session, const Incoming& incoming, Serving& serving, List<M...>) {
        // The compiler makes a table of it.
        return ((incoming.message.method == kMethodNumber<M> && (run<M>(session, incoming, serving), true)) || ...);
    }

    [[gnu::noinline]] static void refuse(const Incoming& incoming, async::Error error, u16 domain) {
        drop_slots(incoming.message);
        answer_error(incoming.token, error, domain);
    }

    template <class M>
    static void run(S& session, const Incoming& incoming, Serving& serving) {
        if (const async::Error error = check_request<M>(incoming); error.is_error()) [[unlikely]] {
            refuse(incoming, error, kDomain<M>);
            return;
        }
        const M request = decode<M>(incoming.message);
        if (const async::Error error = check_fields(incoming.message, request); error.is_error()) [[unlikely]] {
            refuse(incoming, error, kDomain<M>);
            return;
        }
        if constexpr (!M::spec.needs.is_empty()) {
            if (!granted(session, request).covers(M::spec.needs)) [[unlikely]] {
                refuse(incoming, abi::Error::AccessDenied, kDomain<M>);
                return;
            }
        }
        serve<M>(session, incoming, request, serving);
    }

    template <class M>
    static abi::Permissions granted(const S& session, const M& request) {
        if constexpr (requires { session.granted(request); }) {
            return session.granted(request);
        } else {
            return session.granted();
        }
    }

    template <class M>
    static void serve(S& session, const Incoming& incoming, const M& request, Serving& serving) {
        if constexpr (std::same_as<M, Common::Describe>) {
            answer_value(incoming.token, describe(request));
        } else if constexpr (std::same_as<M, Common::Ping>) {
            answer_value(incoming.token, Common::Ping::Reply{});
        } else if constexpr (HasText<M>) {
            if ((request.*M::text).is_lent()) [[unlikely]] {
                ServingJob<SentAnswerOf<M>>::run(serve_lent(&session, incoming, request), incoming.token, kDomain<M>,
                                                 serving);
            } else {
                serve_now(session, incoming, request, serving);
            }
        } else {
            serve_now(session, incoming, request, serving);
        }
    }

    template <class M>
    static void serve_now(S& session, const Incoming& incoming, const M& request, Serving& serving) {
        if constexpr (ServesByValue<S, M>) {
            answer_result(incoming.token, session.serve(Call<M>(incoming, request)), kDomain<M>);
        } else if constexpr (ServesByTask<S, M>) {
            ServingJob<SentAnswerOf<M>>::run(session.serve(Call<M>(incoming, request)), incoming.token, kDomain<M>,
                                             serving);
        } else {
            static_cast<void>(session.serve(Call<M>(incoming, request)));
        }
    }

    /// Fetches the text first, into the frame.
    template <class M>
    static async::Task<SentAnswerOf<M>> serve_lent(S* session, Incoming incoming, M request) {
        using Words = std::remove_cvref_t<decltype(request.*M::text)>;
        Call<M> call(incoming, request);
        std::array<std::byte, Words::kLongest> text;
        const u64 bytes = range_of(incoming.message, kLeases<M>).length_and_access & abi::kLeaseLength;
        if (bytes > text.size()) {
            co_await async::fail(abi::Error::InvalidArgument);
        }
        const auto place = std::span(text).first(bytes);
        if (co_await LeaseCopy({incoming.token, kLeases<M>, 0}, place) != bytes) {
            co_await async::fail(abi::Error::InvalidArgument);
        }
        call.set_text(base::text_view(place));
        co_return co_await session->serve(std::move(call));
    }

    static Common::Describe::Reply describe(const Common::Describe& request) {
        Common::Describe::Reply reply{
            .protocol = P::id.number(), .major = P::id.major, .minor = P::id.minor, .zero = 0, .methods = {}};
        add_bits(reply, request.first, AllMethods<P>());
        return reply;
    }

    template <class... M>
    static void add_bits(Common::Describe::Reply& reply, u64 first, List<M...>) {
        const auto add = [&reply, first](u64 ordinal) {
            // What is below `first` is far beyond the last bit.
            const u64 bit = ordinal - first;
            if (bit < 64 * reply.methods.size()) {
                reply.methods[bit / 64] |= u64{1} << bit % 64;
            }
        };
        (add(M::spec.ordinal), ...);
    }

    template <class M>
    static constexpr u16 kDomain = OwnerOf<P, M>::id.domain();
};

} // namespace rpc
