/// What a protocol is: a struct of methods that keeps the rules.
#pragma once

#include <algorithm>
#include <array>

#include "libs/rpc/method.hpp"

namespace rpc {

/// What every server of every protocol answers, without a permission of its own.
struct Common {
    static constexpr ProtocolId id{"tessera.common", 1, 0};

    /// Which protocol it is, and which of 256 methods it has.
    struct Describe {
        static constexpr Spec spec{.ordinal = 0, .idempotent = true};

        u64 first; ///< the ordinal that bit 0 stands for

        struct Reply {
            u64 protocol; ///< ProtocolId::number()
            u16 major;
            u16 minor;
            u32 zero;
            std::array<u64, 4> methods; ///< a bit for each
        };
    };

    /// That somebody is there.
    struct Ping {
        static constexpr Spec spec{.ordinal = 1, .idempotent = true};

        struct Reply {};
    };

    using Methods = List<Describe, Ping>;
};

static_assert(check_method<Common::Describe>() && check_method<Common::Ping>());

namespace protocol_detail {

template <class P>
struct IncludesOf {
    using Type = List<>;
};

template <class P>
    requires requires { typename P::Includes; }
struct IncludesOf<P> {
    using Type = typename P::Includes;
};

template <class L, class... M>
struct Append;

template <class... A, class... B>
struct Append<List<A...>, List<B...>> {
    using Type = List<A..., B...>;
};

template <class L, class... R>
struct Join {
    using Type = L;
};

template <class L, class First, class... R>
struct Join<L, First, R...> {
    using Type = typename Join<typename Append<L, First>::Type, R...>::Type;
};

template <class P, class I>
struct AllMethodsOf;

template <class P, class... I>
struct AllMethodsOf<P, List<I...>> {
    using Type = typename Join<typename P::Methods, typename I::Methods..., Common::Methods>::Type;
};

template <class M, class L>
inline constexpr bool kIsIn = false;

template <class M, class... Each>
inline constexpr bool kIsIn<M, List<Each...>> = (std::same_as<M, Each> || ...);

/// Which of P, what it includes, and Common has the method in its own list.
template <class M, class P, class I>
struct OwnerOf;

template <class M, class P>
struct OwnerOf<M, P, List<>> {
    using Type = std::conditional_t<kIsIn<M, typename P::Methods>, P, Common>;
};

template <class M, class P, class First, class... Rest>
struct OwnerOf<M, P, List<First, Rest...>> {
    using Type =
        std::conditional_t<kIsIn<M, typename First::Methods>, First, typename OwnerOf<M, P, List<Rest...>>::Type>;
};

template <class P, auto... F>
consteval bool are_failures_of(Fails<F...>) {
    if constexpr (sizeof...(F) == 0) {
        return true;
    } else if constexpr (requires { typename P::Failure; }) {
        return (std::same_as<std::remove_cvref_t<decltype(F)>, typename P::Failure> && ...) &&
               ((static_cast<u16>(F) >= 256 && static_cast<u16>(F) < kFirstMethod) && ...);
    } else {
        return false;
    }
}

template <class... M>
consteval bool are_ordinals_unique(List<M...>) {
    std::array<u16, sizeof...(M)> ordinals{M::spec.ordinal...};
    std::ranges::sort(ordinals);
    return std::ranges::adjacent_find(ordinals) == ordinals.end();
}

template <class P, class... M>
consteval bool check_own(List<M...>) {
    static_assert((check_method<M>() && ...));
    static_assert(((M::spec.ordinal >= kFirstOrdinal && M::spec.ordinal <= kLastOrdinal) && ...),
                  "ordinals are 0x10 to 0x7ef");
    static_assert((are_failures_of<P>(ErrorsOf<M>()) && ...),
                  "the Errors of a method are enumerators of its protocol's Failure, from 256 on");
    return true;
}

} // namespace protocol_detail

/// Its own methods, those that it includes, and those of all.
template <class P>
using AllMethods = typename protocol_detail::AllMethodsOf<P, typename protocol_detail::IncludesOf<P>::Type>::Type;

template <class P>
consteval bool check_protocol() {
    protocol_detail::check_own<P>(typename P::Methods());
    static_assert(protocol_detail::are_ordinals_unique(AllMethods<P>()),
                  "ordinals are unique, also among what is included");
    return true;
}

/// Has `id` and `Methods`; may have `Failure`, and `Includes = List<Q...>`: its connections speak the methods of Q too,
/// whose errors are Q's. A rule that is broken is an error that says which.
template <class P>
concept Protocol = requires {
    { P::id } -> std::convertible_to<ProtocolId>;
    typename P::Methods;
} && check_protocol<P>();

namespace protocol_detail {

template <class... M>
consteval bool check_object(List<M...>) {
    return (check_object_method<M>() && ...);
}

} // namespace protocol_detail

/// Has `kKind` and `Methods`, which the kernel answers: protocols/objects.
template <class P>
concept KernelObject = requires {
    { P::kKind } -> std::convertible_to<abi::ObjectKind>;
    typename P::Methods;
} && protocol_detail::check_object(typename P::Methods());

/// Whether a connection of P speaks M, or an object of the kind P has it.
template <class M, class P>
concept MethodOf = (Protocol<P> && protocol_detail::kIsIn<M, AllMethods<P>>) ||
                   (KernelObject<P> && protocol_detail::kIsIn<M, typename P::Methods>);

/// Whose errors M answers.
template <class P, class M>
using OwnerOf = typename protocol_detail::OwnerOf<M, P, typename protocol_detail::IncludesOf<P>::Type>::Type;

/// The domain of the errors that M answers besides those of all.
template <class P, class M>
inline constexpr u16 kDomainOf = [] {
    if constexpr (KernelObject<P>) {
        return u16{0};
    } else {
        return OwnerOf<P, M>::id.domain();
    }
}();

/// For dumps: who is called.
template <class P, class M>
inline constexpr std::string_view kCalleeOf = [] {
    if constexpr (KernelObject<P>) {
        return abi::name(P::kKind);
    } else {
        return OwnerOf<P, M>::id.name;
    }
}();

/// What a capability to a P is to the kernel.
template <class P>
inline constexpr abi::ObjectKind kKindOf = [] {
    if constexpr (requires { P::kKind; }) {
        return P::kKind;
    } else {
        static_assert(Protocol<P>, "a capability is to a protocol or a kind of object");
        return abi::ObjectKind::ChannelClient;
    }
}();

} // namespace rpc
