#include "tests/bench/ipc/wakes.hpp"

#include <array>
#include <bit>

#include "abi/arguments.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u32;
using base::u64;

namespace {

constexpr u64 kStackBytes = 16 << 10;
constexpr u32 kSubmissions = 2;
constexpr u32 kCompletions = 4;
constexpr u32 kWindow = 1;
constexpr u64 kBit = 1;

void add_signal(sdk::runtime::ProgramRing& ring, Handle event) {
    abi::Submission& entry = ring.next();
    entry.capability = event.word();
    entry.method = abi::object_method(ObjectKind::Event, static_cast<base::u8>(abi::EventMethod::Signal));
    entry.flags = static_cast<base::u16>(abi::SubmissionFlag::Quiet);
    entry.length = sizeof(u64);
    entry.payload[0] = kBit;
    ring.add();
}

/// What the other thread does for ever.
[[noreturn]] void answer_signals(abi::RingHeader* header, u64 event) {
    const abi::RootBlock shape{.magic = 0,
                               .version = 0,
                               .count = 0,
                               .handles = {},
                               .ring_submissions = kSubmissions,
                               .ring_completions = kCompletions,
                               .ring_window = kWindow,
                               .zero = 0,
                               .random = {}};
    sdk::runtime::ProgramRing ring(*header, shape);
    sdk::runtime::submit(0, 1);
    for (;;) {
        ring.pop();
        add_signal(ring, Handle{event});
        sdk::runtime::submit(1, 1);
    }
}

} // namespace

Wakes::Wakes(Caller& caller) : caller_(caller) {
    const auto ring = caller.call(caller.root(ObjectKind::Process), ObjectKind::Process, abi::ProcessMethod::CreateRing,
                                  std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, kWindow, 0});
    const auto memory = caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget,
                                    abi::BudgetMethod::CreateMemory, std::array<u64, 2>{kStackBytes, 0});
    const auto stack =
        caller.call(caller.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                    std::array<u64, 5>{0, 0, kStackBytes, abi::kMapRead | abi::kMapWrite, 0}, lend(slot_of(memory)));
    signalled_ = event(slot_of(ring));
    start(word_of(stack), ring, event(caller.root(ObjectKind::Ring)));
}

Handle Wakes::event(Handle ring) {
    const Handle made =
        slot_of(caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateEvent));
    caller_.call(ring, ObjectKind::Ring, abi::RingMethod::Attach, std::array<u64, 3>{1, kBit, abi::kClearTold},
                 lend(made));
    return made;
}

void Wakes::start(u64 stack, const abi::Completion& ring, Handle heard) {
    const auto thread =
        caller_.call(caller_.root(ObjectKind::Process), ObjectKind::Process, abi::ProcessMethod::CreateThread,
                     std::array<u64, 7>{std::bit_cast<u64>(&answer_signals), stack + kStackBytes - sizeof(u64),
                                        word_of(ring), heard.word(), 0, 0, abi::kAnyProcessor},
                     lend(slot_of(ring)));
    caller_.call(slot_of(thread), ObjectKind::Thread, abi::ThreadMethod::Start);
}

void Wakes::signal_and_wait() {
    add_signal(caller_.ring(), signalled_);
    sdk::runtime::submit(1, 1);
    if (caller_.ring().front() == nullptr) {
        sdk::runtime::debug_write("nobody has signalled\n");
        sdk::runtime::exit(1);
    }
    caller_.ring().pop();
}

} // namespace tests::bench
