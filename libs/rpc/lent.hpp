/// What a call lends.
///
///     co_await file.call(File::Read{.id = id, .offset = 0}, lend(buffer));
#pragma once

#include <span>
#include <tuple>

#include "libs/rpc/transport.hpp"

namespace rpc {

/// For In and Out.
struct Lent {
    std::span<std::byte> bytes;
};

/// For In alone.
struct LentConst {
    std::span<const std::byte> bytes;
};

/// The bytes stay where they are until the call has its result. They lie in memory that can be lent, else the result is
/// InvalidArgument; so it is of nothing.
inline Lent lend(std::span<std::byte> bytes) { return {bytes}; }

inline LentConst lend(std::span<const std::byte> bytes) { return {bytes}; }

template <class T, class L>
concept LendsAs = std::same_as<T, Lent> || (std::same_as<T, LentConst> && std::same_as<L, In>);

template <class L>
inline constexpr u64 kLeaseAccess = std::same_as<L, In> ? abi::kLeaseRead : abi::kLeaseWrite;

/// Which it is.
template <class L, usize I>
struct LeaseAtOf {
    using Type = void;
};

template <class... L, usize I>
    requires(I < sizeof...(L))
struct LeaseAtOf<Lends<L...>, I> {
    using Type = std::tuple_element_t<I, std::tuple<L...>>;
};

template <class L, usize I>
using LeaseAt = typename LeaseAtOf<L, I>::Type;

/// Adds the slot and the range of the `index`-th lease of `message`.
async::Error add_lease(Message& message, usize index, std::span<const std::byte> bytes, u64 access);

/// The range of the `index`-th lease.
abi::LeaseRange range_of(const Message& message, usize index);

} // namespace rpc
