#include "tests/bench/scheduler/wakeups/sleeper.hpp"

#include <array>
#include <bit>

#include "sdk/runtime/kernel_call.hpp"

namespace tests::bench {

using abi::ObjectKind;
using base::u64;

Sleeper::Sleeper(Caller& caller, const timekeeping::ClockPage& clock) : caller_(caller), clock_(clock) {
    constexpr std::array<u64, 8> kFirst{1};
    caller.call(caller.root(ObjectKind::Thread), ObjectKind::Thread, abi::ThreadMethod::SetAffinity, kFirst);
    timer_ = slot_of(caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateTimer));
    caller.call(caller.root(ObjectKind::Ring), ObjectKind::Ring, abi::RingMethod::Attach,
                std::array<u64, 3>{1, 1, abi::kClearTold}, lend(timer_));
}

void Sleeper::become(const abi::SchedulingArguments& arguments) {
    caller_.call(caller_.root(ObjectKind::Thread), ObjectKind::Thread, abi::ThreadMethod::SetScheduling,
                 std::bit_cast<std::array<u64, 3>>(arguments));
}

u64 Sleeper::now() const {
    return clock_.now([] { return __builtin_readcyclecounter(); }).value();
}

/// At no fixed distance from what others do.
u64 Sleeper::choose_gap(u64 least) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return least + random_ % (2 * least);
}

void Sleeper::sleep_until(u64 deadline) {
    sdk::runtime::ProgramRing& ring = caller_.ring();
    abi::Submission& entry = ring.next();
    entry.capability = timer_.word();
    entry.method = abi::object_method(ObjectKind::Timer, static_cast<base::u8>(abi::TimerMethod::Arm));
    entry.flags = static_cast<base::u16>(abi::SubmissionFlag::Quiet);
    entry.length = sizeof(abi::ArmArguments);
    entry.payload = std::bit_cast<std::array<base::u8, abi::kPayloadBytes>>(
        std::array<u64, abi::kPayloadBytes / sizeof(u64)>{deadline});
    ring.add();
    while (ring.front() == nullptr) {
        sdk::runtime::submit(ring.added(), 1);
    }
}

void Sleeper::sleep_once(Distribution& latencies, u64 least) {
    const u64 deadline = now() + choose_gap(least);
    sleep_until(deadline);
    latencies.add(now() - deadline);
    caller_.ring().pop();
}

void Sleeper::rest() {
    constexpr u64 kWhile = 1'000'000;
    sleep_until(now() + kWhile);
    caller_.ring().pop();
}

} // namespace tests::bench
