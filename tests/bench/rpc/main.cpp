// What types add to a call: FIGURE name value unit, each the mean of many rounds. See README.md.
#include <cstdio>
#include <cstdlib>

#include "async/host/threads.hpp"
#include "async/scope.hpp"
#include "tests/bench/async/count_instructions.hpp"
#include "tests/bench/rpc/echo.hpp"
#include "tests/bench/rpc/wire.hpp"

namespace {

using async::Scope;
using async::Task;
using base::u64;
using rpc::Message;
using tests::bench::count_instructions;
using tests::bench::Echo;
using tests::bench::EchoSession;
using tests::bench::Wire;

using Words = std::array<u64, 8>;
using End = rpc::Capability<rpc::ServerEnd, abi::kRead>;
using Client = rpc::CapabilityChannel<Echo, abi::kRead>;

/// A call by hand: what is written and read, and nothing else.
class HandCall final : public async::LeafOf<HandCall, rpc::Invocation> {
  public:
    HandCall(abi::Handle target, base::u16 method, const Words& words) : LeafOf(target, kShape, false) {
        message().method = method;
        message().length = sizeof(words);
        message().payload = std::bit_cast<decltype(Message::payload)>(words);
    }

    static async::Ready try_now() { return async::Ready::No; }

    void park() { rpc::Transport::begin(*this); }

    Words take() { return std::bit_cast<Words>(message().payload); }

    [[nodiscard]] std::string_view name() const override { return "by hand"; }

  private:
    static constexpr rpc::ReplyShape kShape{.least = 64, .bytes = 64, .domain = 0, .slots = {}};
};

template <class M>
Task<u64> call_by_hand(Client client, u64 rounds) {
    u64 sum = 0;
    for (u64 i = 0; i < rounds; ++i) {
        const Words words = co_await HandCall(client.handle(), rpc::kMethodNumber<M>, Words{i, i, i, i, i, i, i, i});
        sum += words.front() + words.back();
    }
    co_return sum;
}

template <class M>
Task<u64> call_typed(Client client, u64 rounds) {
    u64 sum = 0;
    for (u64 i = 0; i < rounds; ++i) {
        const auto [words] = co_await client.call(M{.words = Words{i, i, i, i, i, i, i, i}});
        sum += words.front() + words.back();
    }
    co_return sum;
}

Task<> serve_by_hand(End end) {
    rpc::Receiver receiver;
    co_await rpc::AttachCall(end.handle(), receiver);
    rpc::Incoming incoming;
    while (true) {
        if (!co_await receiver.next(incoming)) {
            continue;
        }
        if (incoming.kind == rpc::Incoming::Kind::Closed) {
            break;
        }
        Message answer;
        answer.length = incoming.message.length;
        answer.payload = incoming.message.payload;
        rpc::Transport::answer(incoming.token, answer);
    }
}

Task<> serve_typed(End end) {
    EchoSession session(abi::kRead);
    co_await rpc::serve<Echo>(session, std::move(end));
}

using Calls = Task<u64> (*)(Client client, u64 rounds);
using Serves = Task<> (*)(End end);

template <Serves kServe, Calls kCall, Wire::Judges kJudges>
Task<u64> both(u64 rounds) {
    Wire wire(kJudges);
    co_return co_await async::scope(
        [](Scope scope, u64 count) -> Task<u64> {
            co_await scope.spawn(kServe(End(abi::Handle::of_entry(1, 1))));
            co_return co_await kCall(Client(abi::Handle::of_entry(2, 1)), count);
        },
        rounds);
}

template <Serves kServe, Calls kCall, Wire::Judges kJudges>
bool run(u64 rounds) {
    return async::host::run({}, both<kServe, kCall, kJudges>, rounds).has_value();
}

/// The mean of one round; 0 if it was not counted.
u64 round_of(bool (*work)(u64 rounds)) {
    constexpr u64 kRounds = 256;
    const auto few = count_instructions(work, kRounds);
    const auto many = count_instructions(work, 2 * kRounds);
    return few && many ? (*many - *few + kRounds / 2) / kRounds : 0;
}

} // namespace

int main() {
    constexpr auto kNo = Wire::Judges::No;
    const u64 raw = round_of(run<serve_by_hand, call_by_hand<Echo::Plain>, kNo>);
    const u64 client = round_of(run<serve_by_hand, call_typed<Echo::Plain>, Wire::Judges::Yes>);
    const u64 plain = round_of(run<serve_typed, call_by_hand<Echo::Plain>, kNo>);
    const u64 waiting = round_of(run<serve_typed, call_by_hand<Echo::Waiting>, kNo>);
    if (raw == 0 || client == 0 || plain == 0 || waiting == 0) {
        std::fprintf(stderr, "calls were not counted: may this process be traced?\n");
        return EXIT_FAILURE;
    }
    std::printf("FIGURE sdk.call.raw %lu insn\n", raw);
    std::printf("FIGURE sdk.call.client %ld insn\n", static_cast<long>(client) - static_cast<long>(raw));
    std::printf("FIGURE sdk.call.server %ld insn\n", static_cast<long>(plain) - static_cast<long>(raw));
    std::printf("FIGURE sdk.call.server.task %ld insn\n", static_cast<long>(waiting) - static_cast<long>(raw));
    return EXIT_SUCCESS;
}
