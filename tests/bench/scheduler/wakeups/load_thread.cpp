#include "tests/bench/scheduler/wakeups/load_thread.hpp"

#include <array>
#include <bit>

#include "abi/arguments.hpp"

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u32;
using base::u64;

namespace {

constexpr u64 kStackBytes = 256 << 10;
constexpr u32 kSubmissions = 256;
constexpr u32 kCompletions = 512;
constexpr u32 kWindow = 4;

} // namespace

void LoadThread::start(Function function, u64 processor) {
    const Handle process = caller_.root(ObjectKind::Process);
    const auto ring = caller_.call(process, ObjectKind::Process, abi::ProcessMethod::CreateRing,
                                   std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, kWindow, 0});
    control_.block.handles.at(static_cast<base::u8>(ObjectKind::Ring)) = slot_of(ring).word();
    control_.block.ring_submissions = kSubmissions;
    control_.block.ring_completions = kCompletions;
    control_.block.ring_window = kWindow;
    const Handle memory = slot_of(caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget,
                                               abi::BudgetMethod::CreateMemory, std::array<u64, 2>{kStackBytes, 0}));
    const u64 stack = word_of(
        caller_.call(caller_.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                     std::array<u64, 5>{0, 0, kStackBytes, abi::kMapRead | abi::kMapWrite, 0}, lend(memory)));
    thread_ = slot_of(caller_.call(process, ObjectKind::Process, abi::ProcessMethod::CreateThread,
                                   std::array<u64, 7>{std::bit_cast<u64>(function), stack + kStackBytes - sizeof(u64),
                                                      word_of(ring), std::bit_cast<u64>(&control_), 0, 0, processor},
                                   lend(slot_of(ring))));
    caller_.call(thread_, ObjectKind::Thread, abi::ThreadMethod::Start);
}

void LoadThread::end() {
    caller_.call(thread_, ObjectKind::Thread, abi::ThreadMethod::Kill);
    caller_.call(thread_, ObjectKind::Thread, abi::ThreadMethod::Wait);
    caller_.call(thread_, static_cast<base::u16>(abi::HandleMethod::Drop));
}

} // namespace tests::bench
