/// A request as the method of a server gets it.
///
///     Task<File::Read::Reply> serve(Call<File::Read> call) {
///         const Page page = co_await cache_.page(call->offset);
///         co_return {.count = co_await call.out().write(page.bytes())};
///     }
#pragma once

#include "libs/rpc/capability.hpp"
#include "libs/rpc/lease_copy.hpp"

namespace rpc {

/// Everything in it was checked. Owns the capabilities that came, and gives back those that are not taken.
template <class M>
class Call {
  public:
    /// Of a request that check_request() finds good. `text`: the M::text, wherever it is; it outlives the call.
    Call(const Incoming& incoming, const M& request, std::string_view text = {})
        : request_(request), token_(incoming.token), permissions_(incoming.permissions), text_(text),
          capabilities_(TupleOf<SlotsOf<M>>::take(incoming.message)) {
        if constexpr (kLeases<M> != 0) {
            for (usize i = 0; i < kLeases<M>; ++i) {
                lent_.at(i) = range_of(incoming.message, i).length_and_access & abi::kLeaseLength;
            }
        }
    }

    const M& operator*() const { return request_; }

    const M* operator->() const { return &request_; }

    /// With which the caller invoked the channel.
    [[nodiscard]] abi::Permissions permissions() const { return permissions_; }

    /// That of the request's Text.
    [[nodiscard]] std::string_view text() const
        requires HasText<M>
    {
        return text_.data() != nullptr ? text_ : (request_.*M::text).view();
    }

    /// Of who has fetched a text that was lent.
    void set_text(std::string_view text) { text_ = text; }

    /// The capability of the `I`-th slot. Once.
    template <usize I = 0>
        requires(I < kCount<SlotsOf<M>>)
    [[nodiscard]] auto take() {
        return std::move(std::get<I>(capabilities_));
    }

    /// The `I`-th lease, of which the protocol says that it is Out.
    template <usize I = 0>
        requires std::same_as<LeaseAt<LeasesOf<M>, I>, Out>
    [[nodiscard]] LentOut out() const {
        return {token_, I, lent_.at(I)};
    }

    template <usize I = 0>
        requires std::same_as<LeaseAt<LeasesOf<M>, I>, In>
    [[nodiscard]] LentIn in() const {
        return {token_, I, lent_.at(I)};
    }

  private:
    M request_;
    abi::Handle token_;
    abi::Permissions permissions_;
    std::string_view text_;
    [[no_unique_address]] typename TupleOf<SlotsOf<M>>::Received capabilities_;
    [[no_unique_address]] std::array<u64, kLeases<M>> lent_{};
};

} // namespace rpc
