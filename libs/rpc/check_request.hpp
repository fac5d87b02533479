/// What a server looks at before a method runs.
#pragma once

#include "libs/rpc/lent.hpp"
#include "libs/rpc/reply_shape.hpp"
#include "libs/rpc/slots.hpp"

namespace rpc {

/// A table for each method.
struct RequestShape {
    abi::Permissions needs;
    u8 least; ///< bytes
    u8 bytes; ///< those that this program knows
    std::span<const SlotRule> slots;
    std::span<const u64> leases; ///< the access that each is lent for
    bool has_text;               ///< whether one lease more may follow
};

template <class L>
struct LeaseAccessOf;

template <class... L>
struct LeaseAccessOf<Lends<L...>> {
    static constexpr std::array<u64, sizeof...(L)> kAccess{kLeaseAccess<L>...};
};

template <class M>
inline constexpr RequestShape kRequestShape{
    .needs = M::spec.needs,
    .least = static_cast<u8>(kLeastBytes<M>),
    .bytes = static_cast<u8>(kWireBytes<M>),
    .slots = SlotRulesOf<SlotsOf<M>>::kRules,
    .leases = LeaseAccessOf<LeasesOf<M>>::kAccess,
    .has_text = HasText<M>,
};

/// Whether a request can be what the method takes. In this order: AccessDenied (what the kernel attests is not what the
/// method needs), InvalidArgument (too short, or another number of capabilities or leases), Unsupported (a surplus that
/// is not zero), WrongType and AccessDenied (a capability or lease is not what it must be).
async::Error check_odd_request(const Incoming& incoming, const RequestShape& shape);

template <class M>
async::Error check_request(const Incoming& incoming) {
    constexpr bool kIsSimple = kCount<SlotsOf<M>> == 0 && kLeases<M> == 0 && !HasText<M>;
    if constexpr (kIsSimple) {
        if (incoming.message.length == kWireBytes<M> && incoming.message.slots == 0 &&
            incoming.permissions.covers(M::spec.needs)) [[likely]] {
            return {};
        }
    }
    return check_odd_request(incoming, kRequestShape<M>);
}

/// Reserved fields, which are called `zero`, and a text that cannot be.
template <class M>
async::Error check_fields(const Message& message, const M& request) {
    if constexpr (requires { request.zero; }) {
        if (request.zero != decltype(request.zero){}) [[unlikely]] {
            return abi::Error::Unsupported;
        }
    }
    if constexpr (HasText<M>) {
        const auto& text = request.*M::text;
        const bool has_lease = message.slots > kCount<SlotsOf<M>> + kLeases<M>;
        if (!text.is_sound() || text.is_lent() != has_lease) {
            return abi::Error::InvalidArgument;
        }
    }
    return {};
}

} // namespace rpc
