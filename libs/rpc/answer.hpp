/// How a server's answers are written.
#pragma once

#include "libs/rpc/slots.hpp"
#include "libs/rpc/transport.hpp"

namespace rpc {

/// A Failure of protocol P, as its servers return it and its clients get it.
template <class P>
constexpr async::Error failure(typename P::Failure which) {
    return {P::id.domain(), static_cast<u16>(which)};
}

/// A failed call. Of an error that is neither an abi::Error nor of `domain`, the method's protocol's, its caller could
/// only mistake the code: it is told BadState.
void answer_error(abi::Handle token, async::Error error, u16 domain);

template <class A>
void answer_value(abi::Handle token, A&& value) {
    Message answer;
    if constexpr (requires { value.capabilities; }) {
        encode(value.reply, answer);
        TupleOf<SlotsOf<decltype(value.reply)>>::add(answer, value.capabilities);
    } else {
        encode(value, answer);
    }
    Transport::answer(token, answer);
}

template <class A>
void answer_result(abi::Handle token, async::Result<A>&& result, u16 domain) {
    if (result) [[likely]] {
        answer_value(token, *std::move(result));
    } else {
        answer_error(token, result.error(), domain);
    }
}

} // namespace rpc
