/// The client's side of a call: a leaf to be awaited, which is made by Borrowed::call().
#pragma once

#include "abi/arguments.hpp"
#include "abi/method.hpp"
#include "libs/rpc/invocation.hpp"
#include "libs/rpc/lent.hpp"
#include "libs/rpc/slots.hpp"

namespace rpc {

namespace call_detail {

template <usize I, class... T>
using At = std::tuple_element_t<I, std::tuple<T...>>;

template <class Slots, class Leases, class... Given>
struct Fits;

template <class... S, class... L, class... Given>
struct Fits<Gives<S...>, Lends<L...>, Given...> {
    static constexpr usize kSlots = sizeof...(S);
    static constexpr bool kCountFits = sizeof...(Given) == kSlots + sizeof...(L);

    template <usize I>
    static consteval bool check() {
        using T = At<I, Given...>;
        if constexpr (I < kSlots) {
            static_assert(
                GivesAs<T, At<I, S...>>,
                "Moved takes the capability itself, with Delegate; Shared a Borrowed, with Grant; Used a Borrowed; "
                "all with the permissions that the message passes on");
        } else {
            static_assert(LendsAs<T, At<I - kSlots, L...>>,
                          "a lease is made by lend(), of bytes that may be written if it is Out");
        }
        return true;
    }

    template <usize I, class T>
    static async::Error add(Message& message, T& given) {
        if constexpr (I < kSlots) {
            add_slot<At<I, S...>>(message, given);
            return {};
        } else {
            return add_lease(message, I - kSlots, given.bytes, kLeaseAccess<At<I - kSlots, L...>>);
        }
    }
};

} // namespace call_detail

/// Writes a request and all that goes with it. The first error of a lease; then what is moved is in the message all the
/// same.
template <class M, class... Given>
async::Error encode_request(Message& message, const M& request, Given&... given) {
    using Fits = call_detail::Fits<SlotsOf<M>, LeasesOf<M>, Given...>;
    static_assert(Fits::kCountFits, "call(request, capabilities in the order of Slots, then lend() in that of Leases)");
    message.method = kMethodNumber<M>;
    async::Error error;
    const auto keep = [&error](async::Error now) { error = error.is_error() ? error : now; };
    [&]<usize... I>(std::index_sequence<I...>) {
        static_assert((Fits::template check<I>() && ...));
        (keep(Fits::template add<I>(message, given)), ...);
    }(std::index_sequence_for<Given...>());
    if constexpr (HasText<M>) {
        M sent = request;
        auto& text = sent.*M::text;
        if (text.is_lent()) [[unlikely]] {
            const std::string_view lent = text.take_lent();
            keep(lent.size() > text.kLongest ? abi::Error::InvalidArgument : async::Error());
            keep(add_lease(message, kLeases<M>, std::as_bytes(std::span(lent)), abi::kLeaseRead));
        }
        encode(sent, message);
    } else {
        encode(request, message);
    }
    return error;
}

/// What a sound answer says.
template <class M>
AnswerOf<M> decode_answer(const Message& answer) {
    using Reply = ReplyOf<M>;
    if constexpr (kCount<SlotsOf<Reply>> == 0) {
        return decode<Reply>(answer);
    } else {
        return {decode<Reply>(answer), TupleOf<SlotsOf<Reply>>::take(answer)};
    }
}

/// Awaited once, where it was made.
template <class P, class M>
class ClientCall final : public async::LeafOf<ClientCall<P, M>, Invocation> {
    using Base = async::LeafOf<ClientCall, Invocation>;

  public:
    template <class... Given>
    [[gnu::always_inline]] explicit ClientCall(abi::Handle target, const M& request, Given... given)
        : Base(target, kReplyShape<P, M>, M::spec.waits) {
        problem_ = encode_request(this->message(), request, given...);
    }

    ~ClientCall() {
        if constexpr (kMoves) {
            if (!was_sent_) {
                drop_moved(this->message());
            }
        }
    }

    async::Ready try_now() { return problem_.is_error() ? this->fail(problem_) : async::Ready::No; }

    void park() {
        was_sent_ = true;
        Transport::begin(*this);
    }

    AnswerOf<M> take() { return decode_answer<M>(this->message()); }

    [[nodiscard]] std::string_view name() const override { return kCalleeOf<P, M>; }

  private:
    static constexpr bool kMoves = method_detail::CarriesMoved<SlotsOf<M>>::kValue;

    async::Error problem_;
    bool was_sent_ = false;
};

/// Of a one-way method.
template <class P, class M, class... Given>
async::Result<> post_request(abi::Handle target, const M& request, Given... given) {
    Message message;
    const async::Error error = encode_request(message, request, given...);
    const async::Result<> sent = error.is_error() ? async::Result<>(error) : Transport::post(target, message);
    if (!sent) {
        drop_moved(message);
    }
    return sent;
}

/// abi::HandleMethod::Derive. Yields the child's handle.
class DeriveCall final : public async::LeafOf<DeriveCall, Invocation> {
  public:
    DeriveCall(abi::Handle from, abi::Permissions permissions, abi::ObjectKind kind)
        : LeafOf(from, shape_, false), rule_{kind, permissions},
          shape_{.least = 0, .bytes = 0, .domain = 0, .slots = std::span(&rule_, 1)} {
        message().method = static_cast<u16>(abi::HandleMethod::Derive);
        encode(abi::DeriveArguments{.permissions = permissions.bits, .expiry = 0, .has_qualifier = 0, .qualifier = 0},
               message());
    }

    static async::Ready try_now() { return async::Ready::No; }

    void park() { Transport::begin(*this); }

    [[nodiscard]] abi::Handle take() { return message().slot_word(0).handle(); }

    [[nodiscard]] std::string_view name() const override { return "derive"; }

  private:
    SlotRule rule_;
    ReplyShape shape_;
};

} // namespace rpc
