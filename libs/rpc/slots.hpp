/// Capabilities in messages, typed.
#pragma once

#include <tuple>
#include <utility>

#include "libs/rpc/reply_shape.hpp"

namespace rpc {

template <class P, abi::Permissions R>
class Capability;

template <class P, abi::Permissions R>
class Borrowed;

namespace slots_detail {

template <class T>
struct Held;

template <class P, abi::Permissions R>
struct Held<Capability<P, R>> {
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr bool kOwns = true;
};

template <class P, abi::Permissions R>
struct Held<Borrowed<P, R>> {
    using Target = P;
    static constexpr abi::Permissions kPermissions = R;
    static constexpr bool kOwns = false;
};

} // namespace slots_detail

/// What is taken out of a slot: an owner.
template <class S>
using ReceivedAs = Capability<typename S::Target, S::kPermissions>;

template <class S>
inline constexpr bool kMoves = S::kMode == abi::SlotMode::Move;

/// What its holder needs to put it into S.
template <class S>
inline constexpr abi::Permissions kNeedsToGive =
    S::kPermissions | (kMoves<S>                           ? abi::kDelegate
                       : S::kMode == abi::SlotMode::Derive ? abi::kGrant
                                                           : abi::Permissions{});

/// What is put into it: an owner with Delegate, or a view, with Grant if the receiver is to keep a child.
template <class S>
using SentAs = std::conditional_t<kMoves<S>, Capability<typename S::Target, kNeedsToGive<S>>,
                                  Borrowed<typename S::Target, kNeedsToGive<S>>>;

/// Whether a T can be put into slot S: enough permissions, and moved or shared as the protocol says.
template <class T, class S>
concept GivesAs =
    requires { typename slots_detail::Held<T>::Target; } &&
    std::same_as<typename slots_detail::Held<T>::Target, typename S::Target> &&
    slots_detail::Held<T>::kOwns == kMoves<S> && slots_detail::Held<T>::kPermissions.covers(kNeedsToGive<S>);

/// Adds it to the message, which owns it from then on if it is moved.
template <class S, GivesAs<S> T>
void add_slot(Message& message, T& given) {
    abi::Handle handle;
    if constexpr (kMoves<S>) {
        handle = given.release();
    } else {
        handle = given.handle();
    }
    // What is moved goes as it is: the kernel takes nothing from it.
    const abi::Permissions permissions = kMoves<S> ? abi::kAllPermissions : S::kPermissions;
    message.slot.at(message.slots) = abi::SlotWord(handle, permissions, S::kMode).word();
    ++message.slots;
}

template <class S>
struct TupleOf;

template <class... S>
struct TupleOf<Gives<S...>> {
    using Received = std::tuple<ReceivedAs<S>...>;
    using Sent = std::tuple<SentAs<S>...>;

    /// Takes over the capabilities of a message whose slots were judged.
    static Received take(const Message& message) { return take(message, std::index_sequence_for<S...>()); }

    static void add(Message& message, Sent& sent) { add(message, sent, std::index_sequence_for<S...>()); }

  private:
    template <usize... I>
    static Received take(const Message& message, std::index_sequence<I...>) {
        return Received(ReceivedAs<S>(message.slot_word(I).handle())...);
    }

    template <usize... I>
    static void add(Message& message, Sent& sent, std::index_sequence<I...>) {
        (add_slot<S>(message, std::get<I>(sent)), ...);
    }
};

/// A reply with the capabilities that come with it.
template <class R>
struct Received {
    R reply;
    typename TupleOf<SlotsOf<R>>::Received capabilities;
};

/// The same as its server gives it.
template <class R>
struct Sent {
    R reply;
    typename TupleOf<SlotsOf<R>>::Sent capabilities;
};

/// What a call yields, and what a method returns: the Reply alone, unless it carries capabilities.
template <class M>
using AnswerOf = std::conditional_t<kCount<SlotsOf<ReplyOf<M>>> == 0, ReplyOf<M>, Received<ReplyOf<M>>>;

template <class M>
using SentAnswerOf = std::conditional_t<kCount<SlotsOf<ReplyOf<M>>> == 0, ReplyOf<M>, Sent<ReplyOf<M>>>;

} // namespace rpc
