/// Any bytes as requests to a server of P and as answers to its clients.
#pragma once

#include <algorithm>
#include <cstring>

#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "libs/rpc/loopback/loopback.hpp"
#include "libs/rpc/raw_call.hpp"
#include "libs/rpc/serve.hpp"

namespace protocols::testing {

using base::u64;
using base::u8;
using base::usize;

/// Serves any method of any protocol, and sees that what it gets is what the rules promise.
class AnyServer {
  public:
    static abi::Permissions granted() { return abi::kAllPermissions; }

    template <class M>
    async::Result<rpc::SentAnswerOf<M>> serve(rpc::Call<M> call) {
        ASSERT(call.permissions().covers(M::spec.needs), "a method ran without its permission");
        if constexpr (requires { call->zero; }) {
            ASSERT(call->zero == decltype(call->zero){}, "a method ran with a reserved field set");
        }
        if constexpr (rpc::HasText<M>) {
            using Words = std::remove_cvref_t<decltype((*call).*M::text)>;
            ASSERT(call.text().size() <= Words::kLongest, "a method ran with a text beyond its limit");
        }
        static_assert(rpc::kCount<rpc::SlotsOf<rpc::ReplyOf<M>>> == 0, "it has no capability to give");
        return rpc::ReplyOf<M>{};
    }
};

/// As much of the input as a message has, zeros behind it.
inline rpc::Message message_of(std::span<const std::byte> input) {
    std::array<std::byte, sizeof(rpc::Message)> bytes{};
    std::ranges::copy(input.first(std::min(input.size(), bytes.size())), bytes.begin());
    return std::bit_cast<rpc::Message>(bytes);
}

/// Slots name what there is, as far as the input lets them.
inline rpc::Message with_handles(rpc::Message message, abi::Handle client, abi::Handle memory) {
    for (u64& slot : message.slot) {
        const abi::SlotWord word(slot);
        const u64 which = word.handle().word() % 4;
        const abi::Handle handle = which == 0 ? word.handle() : which == 1 ? client : memory;
        slot = abi::SlotWord(handle, word.permissions(), word.mode()).word();
    }
    return message;
}

template <rpc::Protocol P, class... M>
void judge_answers(const rpc::Message& answer, rpc::List<M...>) {
    const auto judge = [&answer]<class Each>(std::type_identity<Each>) {
        if (!rpc::judge_answer(answer, rpc::kReplyShape<P, Each>).is_error()) {
            static_cast<void>(rpc::decode_answer<Each>(answer));
        }
    };
    (judge(std::type_identity<M>()), ...);
}

template <rpc::Protocol P>
async::Task<> send(rpc::Message message) {
    rpc::loopback::Loopback loopback;
    judge_answers<P>(message, rpc::AllMethods<P>());
    const auto memory = co_await rpc::Transport::place_of(loopback.allocate(8192));
    co_await async::scope(
        [](async::Scope scope, rpc::loopback::Loopback* channels, abi::Handle lent,
           rpc::Message sent) -> async::Task<> {
            auto [server, client] = channels->make_channel<P, abi::kAllPermissions>();
            co_await scope.spawn([](rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) -> async::Task<> {
                AnyServer any;
                co_await rpc::serve<P>(any, std::move(end));
            }(std::move(server)));
            // Another holder: the sender may give its own capability away.
            const auto other = co_await client.template derive<abi::kRead>();
            const auto bytes = with_handles(sent, client.handle(), lent);
            static_cast<void>(co_await rpc::RawCall(client.handle(), bytes).result());
            co_await other.call(rpc::Common::Ping{});
        },
        &loopback, memory.memory, message);
    ASSERT(loopback.delivered() == 0, "a request was not answered");
}

/// The body of a fuzz target.
template <rpc::Protocol P>
void fuzz_protocol(std::span<const std::byte> input) {
    const auto result = async::sim::run(send<P>, message_of(input));
    ASSERT(result.has_value(), "a request hurt others than its sender");
}

} // namespace protocols::testing
