/// Typed capabilities: what is not permitted does not compile.
///
///     Task<u64> size_of(Borrowed<Directory, kRead> directory);                // looks at it while the caller holds it
///     class Cache { CapabilityChannel<Directory, kRead | kExecute> root_; };  // owns it
///     co_await size_of(root_.as<kRead>());
#pragma once

#include <utility>

#include "async/task.hpp"
#include "libs/rpc/client_call.hpp"

namespace rpc {

/// Whether permissions R are enough for what needs N.
template <abi::Permissions R, abi::Permissions N>
inline constexpr bool kAllows = R.covers(N);

template <abi::Permissions R, abi::Permissions N>
concept Allows = kAllows<R, N>;

template <class P, abi::Permissions R>
class Capability;

/// A view of a capability that somebody else holds for longer. Passed by value.
template <class P, abi::Permissions R>
class Borrowed {
  public:
    explicit constexpr Borrowed(abi::Handle handle) : handle_(handle) {}

    /// To be awaited: the answer of the method, `request` and what goes with it: capabilities in the order of its
    /// Slots, then lend() in the order of its Leases. Capabilities that are moved are gone, whatever comes of it.
    /// Errors: the method's, in its protocol's domain; AccessDenied if the server allows less than the type;
    /// PeerClosed; UnknownMethod from an older server; Corrupt if the answer breaks the protocol; InvalidArgument for
    /// what cannot be lent. Of a one-way method: what became of the sending, without waiting.
    template <MethodOf<P> M, class... Given>
        requires Allows<R, M::spec.needs>
    [[nodiscard]] auto call(const M& request, Given... given) const {
        if constexpr (M::spec.one_way) {
            return post_request<P>(handle_, request, std::move(given)...);
        } else {
            return ClientCall<P, M>(handle_, request, std::move(given)...);
        }
    }

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc++26-extensions"
    template <MethodOf<P> M, class... Given>
        requires(!Allows<R, M::spec.needs>)
    void call(const M& request,
              Given... given) const = delete("the capability lacks the permission that this method needs (spec.needs)");

    /// The same with fewer permissions.
    template <abi::Permissions N>
        requires Allows<R, N>
    [[nodiscard]] constexpr Borrowed<P, N> as() const {
        return Borrowed<P, N>(handle_);
    }

    template <abi::Permissions N>
        requires(!Allows<R, N>)
    Borrowed<P, N> as() const = delete("a capability is never widened: it lacks some of these permissions");

    /// A child of its own, with these permissions. NoMemory, OverBudget, or what ended the capability.
    template <abi::Permissions N>
        requires Allows<R, abi::kGrant> && Allows<R, N>
    [[nodiscard]] async::Task<Capability<P, N>> derive() const {
        return derive_child<N>(handle_);
    }

    template <abi::Permissions N>
        requires(!Allows<R, N>)
    void derive() const = delete("a capability is never widened: it lacks some of these permissions");

    template <abi::Permissions N>
        requires(Allows<R, N> && !Allows<R, abi::kGrant>)
    void derive() const = delete("deriving needs Grant, which the capability lacks");
#pragma clang diagnostic pop

    /// Whether the server has the method. One call each time: who asks often keeps the answer.
    template <MethodOf<P> M>
    [[nodiscard]] async::Task<bool> supports() const {
        return has_method(handle_, M::spec.ordinal);
    }

    [[nodiscard]] constexpr abi::Handle handle() const { return handle_; }

  private:
    template <abi::Permissions N>
    static async::Task<Capability<P, N>> derive_child(abi::Handle from) {
        const abi::Handle child = co_await DeriveCall(from, N, kKindOf<P>);
        co_return Capability<P, N>(child);
    }

    static async::Task<bool> has_method(abi::Handle handle, u16 ordinal) {
        const auto answer = co_await ClientCall<P, Common::Describe>(handle, Common::Describe{.first = ordinal});
        co_return answer.protocol == P::id.number() && (answer.methods[0] & 1) != 0;
    }

    abi::Handle handle_;
};

/// Holds a capability to a `P`: a protocol, or a tag of a kind of object. The last owner of an end closes it. Use after
/// a move does not compile.
template <class P, abi::Permissions R>
class [[nodiscard, clang::consumable(unknown)]] Capability {
  public:
    /// Takes over a handle that stands for a P with permissions R.
    [[clang::return_typestate(unconsumed)]] explicit Capability(abi::Handle handle) : handle_(handle) {}

    Capability(Capability&& other) noexcept : handle_(std::exchange(other.handle_, abi::Handle())) {}

    Capability& operator=(Capability&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }

    ~Capability() {
        if (handle_ != abi::Handle()) {
            Transport::drop(handle_);
        }
    }

    /// See Borrowed.
    template <class M, class... Given>
    [[nodiscard, clang::callable_when("unconsumed", "unknown")]] auto call(const M& request, Given... given) const {
        return borrow().call(request, std::move(given)...);
    }

    template <abi::Permissions N>
    [[nodiscard, clang::callable_when("unconsumed", "unknown")]] auto as() const [[clang::lifetimebound]] {
        return borrow().template as<N>();
    }

    template <abi::Permissions N>
    [[nodiscard, clang::callable_when("unconsumed", "unknown")]] auto derive() const {
        return borrow().template derive<N>();
    }

    template <MethodOf<P> M>
    [[nodiscard, clang::callable_when("unconsumed", "unknown")]] auto supports() const {
        return borrow().template supports<M>();
    }

    [[nodiscard, clang::callable_when("unconsumed", "unknown")]] abi::Handle handle() const { return handle_; }

    /// The handle is the caller's.
    [[nodiscard, clang::callable_when("unconsumed", "unknown"), clang::set_typestate(consumed)]] abi::Handle release() {
        return std::exchange(handle_, abi::Handle());
    }

  private:
    [[nodiscard]] Borrowed<P, R> borrow() const { return Borrowed<P, R>(handle_); }

    abi::Handle handle_;
};

/// To a client's end whose server speaks P.
template <Protocol P, abi::Permissions R>
using CapabilityChannel = Capability<P, R>;

} // namespace rpc
