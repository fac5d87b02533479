#include "tests/bench/scheduler/wakeups/bomb.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "abi/arguments.hpp"
#include "tests/abi/process/routine.hpp"

extern "C" const base::u8 kSecondProgram[4096] asm("second_program");

namespace tests::bench {

using ::abi::Handle;
using ::abi::ObjectKind;
using base::u16;
using base::u64;
using base::u8;

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kCode = 0x5000'0000'0000;
constexpr u64 kBoard = 0x5000'0010'0000;
constexpr auto kMakeThreads = static_cast<u64>(tests::abi::Routine::MakeThreads);

Handle create_page(Caller& caller) {
    return slot_of(caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, ::abi::BudgetMethod::CreateMemory,
                               std::array<u64, 2>{kPage, 0}));
}

u64 map(Caller& caller, Handle space, Handle memory, u64 access, u64 address) {
    return word_of(caller.call(space, ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map,
                               std::array<u64, 5>{address, 0, kPage, access, 0}, lend(memory)));
}

/// What the bomb runs.
Handle create_code(Caller& caller) {
    constexpr u64 kPiece = 48;
    const Handle code = create_page(caller);
    const auto bytes = std::span(kSecondProgram);
    for (u64 offset = 0; offset < kPage; offset += kPiece) {
        const u64 length = std::min(kPiece, kPage - offset);
        std::array<u8, 8 * sizeof(u64)> payload{};
        std::ranges::copy(std::bit_cast<std::array<u8, 2 * sizeof(u64)>>(std::array<u64, 2>{offset, length}),
                          payload.begin());
        std::ranges::copy(bytes.subspan(offset, length), std::span(payload).subspan(2 * sizeof(u64)).begin());
        const auto words = std::bit_cast<std::array<u64, 8>>(payload);
        caller.call(code, ObjectKind::Memory, ::abi::MemoryMethod::Write,
                    std::span(words).first(2 + length / sizeof(u64)));
    }
    return code;
}

} // namespace

Bomb::Bomb(Caller& caller) : caller_(caller) {
    constexpr u64 kBytes = 8 << 20;
    constexpr u64 kRing = u64{4} << 32 | 2;
    constexpr u64 kReadWrite = ::abi::kMapRead | ::abi::kMapWrite;
    const Handle shared = create_page(caller);
    board_ = map(caller, caller.root(ObjectKind::AddressSpace), shared, kReadWrite, 0);
    budget_ =
        slot_of(caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, ::abi::BudgetMethod::CreateBudget,
                            std::array<u64, 6>{kBytes, ::abi::kNoLimit, kThreads, 0, 0, 0}));
    const auto made =
        caller.call(budget_, ObjectKind::Budget, ::abi::BudgetMethod::CreateProcess, std::array<u64, 1>{0});
    const Handle process = slot_of(made, 0);
    map(caller, slot_of(made, 1), create_code(caller), ::abi::kMapRead | ::abi::kMapExecute, kCode);
    map(caller, slot_of(made, 1), shared, kReadWrite, kBoard);
    const auto ring =
        caller.call(process, ObjectKind::Process, ::abi::ProcessMethod::CreateRing, std::array<u64, 3>{kRing, 1, 0});
    const u64 own = word_of(caller.call(process, ObjectKind::Process, ::abi::ProcessMethod::Install, {},
                                        ::abi::SlotWord{process, ::abi::kExecute, ::abi::SlotMode::Derive}.word()));
    const Handle thread = slot_of(
        caller.call(process, ObjectKind::Process, ::abi::ProcessMethod::CreateThread,
                    std::array<u64, 7>{kCode, 0, kMakeThreads, word_of(ring), own, kBoard, ::abi::kAnyProcessor},
                    lend(slot_of(ring))));
    caller.call(thread, ObjectKind::Thread, ::abi::ThreadMethod::Start);
}

u64 Bomb::word(u64 index) const {
    // SAFETY: volatile, for the bomb writes it; mapped by the constructor.
    return *std::bit_cast<volatile u64*>(board_ + index * sizeof(u64));
}

void Bomb::end() { caller_.call(budget_, ObjectKind::Budget, ::abi::BudgetMethod::Destroy); }

} // namespace tests::bench
