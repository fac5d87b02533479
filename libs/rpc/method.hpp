/// What a method is, taken from its struct, and what it must be.
#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>

#include "abi/ring.hpp"
#include "libs/rpc/description.hpp"
#include "libs/rpc/text.hpp"

namespace rpc {

namespace method_detail {

template <class M>
struct LeasesOf {
    using Type = Lends<>;
};

template <class M>
    requires requires { typename M::Leases; }
struct LeasesOf<M> {
    using Type = typename M::Leases;
};

template <class M>
struct SlotsOf {
    using Type = Gives<>;
};

template <class M>
    requires requires { typename M::Slots; }
struct SlotsOf<M> {
    using Type = typename M::Slots;
};

template <class M>
struct ErrorsOf {
    using Type = Fails<>;
};

template <class M>
    requires requires { typename M::Errors; }
struct ErrorsOf<M> {
    using Type = typename M::Errors;
};

/// The answer to what has none.
struct NoReply {};

template <class M>
struct ReplyOf {
    using Type = NoReply;
};

template <class M>
    requires requires { typename M::Reply; }
struct ReplyOf<M> {
    using Type = typename M::Reply;
};

template <class L>
struct Count;

template <template <class...> class L, class... T>
struct Count<L<T...>> {
    static constexpr usize kValue = sizeof...(T);
};

template <class S>
struct CarriesMoved;

template <class... S>
struct CarriesMoved<Gives<S...>> {
    static constexpr bool kValue = ((S::kMode == abi::SlotMode::Move) || ...);
};

} // namespace method_detail

template <class M>
using LeasesOf = typename method_detail::LeasesOf<M>::Type;

/// Of a request or a reply.
template <class M>
using SlotsOf = typename method_detail::SlotsOf<M>::Type;

template <class M>
using ErrorsOf = typename method_detail::ErrorsOf<M>::Type;

template <class M>
using ReplyOf = typename method_detail::ReplyOf<M>::Type;

template <class L>
inline constexpr usize kCount = method_detail::Count<L>::kValue;

/// Bytes on the wire: a struct without fields has none.
template <class T>
inline constexpr usize kWireBytes = std::is_empty_v<T> ? 0 : sizeof(T);

template <class M>
concept HasText = requires { M::text; };

/// Those that it declares; a text that is long is one more, behind them.
template <class M>
inline constexpr usize kLeases = kCount<LeasesOf<M>>;

template <class M>
inline constexpr usize kMostLeases = kLeases<M> + (HasText<M> ? 1 : 0);

/// Whether the bytes of a T are all its value, so that none of the sender's other memory leaves with it.
template <class T>
concept IsPlain =
    std::is_trivially_copyable_v<T> && (std::is_empty_v<T> || std::has_unique_object_representations_v<T>);

template <class T>
concept HasSpec = requires {
    { T::spec } -> std::convertible_to<Spec>;
};

/// The rules for one method; a broken one is an error that says which.
template <HasSpec M>
consteval bool check_method() {
    using Reply = ReplyOf<M>;
    static_assert(std::is_trivially_copyable_v<M> && std::is_trivially_copyable_v<Reply>,
                  "a request or reply is trivially copyable");
    static_assert(IsPlain<M> && IsPlain<Reply>, "a request or reply has no padding: name the bytes, as `zero`");
    static_assert(kWireBytes<M> + 16 * kMostLeases<M> <= abi::kPayloadBytes,
                  "a request fits in 64 bytes, of which each lease takes 16");
    static_assert(kWireBytes<Reply> <= abi::kPayloadBytes, "a reply fits in 64 bytes");
    static_assert(kMostLeases<M> <= abi::kEntryLeases, "a method has at most 2 leases; a long text is one");
    static_assert(kCount<SlotsOf<M>> + kMostLeases<M> <= abi::kEntrySlots && kCount<SlotsOf<Reply>> <= abi::kEntrySlots,
                  "a message has at most 4 capabilities and leases together");
    static_assert(!M::spec.idempotent || !method_detail::CarriesMoved<SlotsOf<M>>::kValue,
                  "what moves a capability is not idempotent");
    static_assert(M::spec.one_way != requires { typename M::Reply; }, "a method has a Reply or is one_way");
    static_assert(!M::spec.one_way || kMostLeases<M> == 0, "what has no answer lends nothing");
    static_assert(M::spec.first_bytes <= kWireBytes<M> && M::spec.first_reply_bytes <= kWireBytes<Reply>,
                  "fields are appended, never taken away");
    return true;
}

/// The least bytes that a request or reply may have.
template <class M>
inline constexpr usize kLeastBytes = M::spec.first_bytes != 0 ? M::spec.first_bytes : kWireBytes<M>;

template <class M>
inline constexpr usize kLeastReplyBytes =
    M::spec.first_reply_bytes != 0 ? M::spec.first_reply_bytes : kWireBytes<ReplyOf<M>>;

/// What stands for M on the wire.
template <class M>
inline constexpr u16 kMethodNumber =
    M::spec.object_method != 0 ? M::spec.object_method : static_cast<u16>(kFirstMethod + M::spec.ordinal);

/// The same rules, and what the kernel's table says.
template <HasSpec M>
consteval bool check_object_method() {
    static_assert(check_method<M>());
    constexpr const abi::MethodEntry* kEntry = abi::find_method(M::spec.object_method);
    static_assert(kEntry != nullptr &&
                      (kEntry->argument_bytes == abi::kAnyLength || kEntry->argument_bytes == kWireBytes<M>) &&
                      kEntry->slots == kCount<SlotsOf<M>>,
                  "a method of the kernel has the arguments that abi/methods.hpp says");
    return true;
}

} // namespace rpc
