// A child that calls its launcher, and ends with how much was not as it should be.
#include <algorithm>
#include <memory>

#include "async/scope.hpp"
#include "async/sleep.hpp"
#include "async/timeout.hpp"
#include "async/when_any.hpp"
#include "libs/rpc/raw_call.hpp"
#include "sdk/program/describe.hpp"
#include "tests/sdk/children/meeting.hpp"

namespace {

using async::Scope;
using async::Task;
using base::u64;
using tests::sdk::Meeting;
using namespace base::literals;

constexpr abi::Permissions kAll = abi::kRead | abi::kWrite | abi::kExecute;

struct Needs {
    sdk::Use<"meeting", Meeting, kAll> meeting;
    sdk::Optional<"nothing", Meeting, abi::kRead> nothing;
};

using Room = rpc::Borrowed<Meeting, kAll>;

Task<u64> has_wrong_words(sdk::Program program) {
    u64 wrong = program.arguments().size() == 2 ? 0 : 1;
    for (const std::string_view word : program.arguments()) {
        wrong += word == "one" || word == "two words" ? 0 : 1;
    }
    for (const std::string_view word : program.environment()) {
        wrong += word == "HOME=/" ? 0 : 1;
    }
    co_return wrong;
}

Task<u64> has_wrong_sums(Room room) {
    u64 wrong = 0;
    wrong += (co_await room.call(Meeting::Add{.amount = 40})).sum == 40 ? 0 : 1;
    wrong += (co_await room.call(Meeting::Add{.amount = 2})).sum == 42 ? 0 : 1;
    const auto refused = co_await room.call(Meeting::Add{.amount = 1'000'000}).result();
    wrong += !refused && refused.error() == async::Error(Meeting::id.domain(), 256) ? 0 : 1;
    co_return wrong;
}

Task<> add_later(Room room) {
    co_await async::sleep_for(1_ms);
    co_await room.call(Meeting::Add{.amount = 58});
}

Task<u64> wait_for_sum(Room room, u64 least) { co_return (co_await room.call(Meeting::Await{.least = least})).sum; }

Task<u64> has_wrong_waits(Room room) {
    const u64 sum = co_await async::scope(
        [](Scope scope, Room inner) -> Task<u64> {
            co_await scope.spawn(add_later(inner));
            co_return co_await wait_for_sum(inner, 100);
        },
        room);
    const auto late = co_await async::timeout(1_ms, wait_for_sum(room, 1'000'000)).result();
    co_return (sum == 100 ? 0 : 1) + (!late && late.error() == abi::Error::TimedOut ? 0 : 1);
}

Task<u64> has_wrong_leases(Room room) {
    constexpr base::usize kBytes = 40'000;
    const auto from = std::make_unique<std::array<std::byte, kBytes>>();
    const auto to = std::make_unique<std::array<std::byte, kBytes>>();
    for (base::usize i = 0; i < kBytes; ++i) {
        from->at(i) = static_cast<std::byte>(i * 7);
    }
    const auto [bytes] = co_await room.call(Meeting::Reverse{}, rpc::lend(std::span<const std::byte>(*from)),
                                            rpc::lend(std::span<std::byte>(*to)));
    std::ranges::reverse(*to);
    co_return (bytes == kBytes ? 0 : 1) + (*from == *to ? 0 : 1);
}

Task<u64> has_wrong_shares(Room room) {
    auto shared = co_await room.call(Meeting::Share{});
    const auto& reader = std::get<0>(shared.capabilities);
    u64 wrong = (co_await reader.call(Meeting::Await{.least = 1})).sum == 100 ? 0 : 1;
    // As a patched client would: the kernel says with which permissions.
    rpc::Message forged;
    forged.method = rpc::kMethodNumber<Meeting::Add>;
    rpc::encode(Meeting::Add{.amount = 1}, forged);
    const auto refused = co_await rpc::RawCall(reader.handle(), forged).result();
    wrong += !refused && refused.error() == abi::Error::AccessDenied ? 0 : 1;
    co_return wrong;
}

Task<u64> call_often(Room room, u64 times) {
    u64 wrong = 0;
    for (u64 i = 0; i < times; ++i) {
        wrong += (co_await room.call(Meeting::Add{.amount = 0})).sum == 100 ? 0 : 1;
    }
    co_return wrong;
}

/// More at once than results have places.
Task<u64> has_wrong_crowd(Room room) {
    co_return co_await async::scope(
        [](Scope scope, Room inner) -> Task<u64> {
            std::array<std::optional<async::Started<u64>>, 100> all;
            for (auto& one : all) {
                one.emplace(co_await scope.start(call_often(inner, 20)));
            }
            u64 wrong = 0;
            for (auto& one : all) {
                wrong += co_await *one;
            }
            co_return wrong;
        },
        room);
}

Task<int> run(sdk::Program program, Needs needs) {
    const Room room = needs.meeting->as<kAll>();
    u64 wrong = needs.nothing ? 1 : 0;
    wrong += co_await has_wrong_words(program);
    wrong += co_await has_wrong_sums(room);
    wrong += co_await has_wrong_waits(room);
    wrong += co_await has_wrong_leases(room);
    wrong += co_await has_wrong_shares(room);
    wrong += co_await has_wrong_crowd(room);
    co_await room.call(Meeting::Say{.word = 7});
    co_return static_cast<int>(wrong);
}

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
