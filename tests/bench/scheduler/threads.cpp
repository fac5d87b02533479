#include "tests/bench/scheduler/threads.hpp"

#include <algorithm>
#include <bit>

#include "sdk/runtime/kernel_call.hpp"

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kCode = 0x5000'0000'0000;
constexpr u32 kSubmissions = 2;
constexpr u32 kCompletions = 4;
constexpr u64 kStackBytes = 16 << 10;
constexpr u64 kStacks = 10'100;

/// Of each Work, 32 bytes. xor %edi, %edi; xor %esi, %esi or mov $1, %esi; xor %edx, %edx; xor %eax, %eax; syscall;
/// back.
constexpr std::array<std::array<u8, 32>, 3> kPrograms{{
    {0x31, 0xff, 0x31, 0xf6, 0x31, 0xd2, 0x31, 0xc0, 0x0f, 0x05, 0xeb, 0xf4},
    {0x31, 0xff, 0xbe, 1, 0, 0, 0, 0x31, 0xd2, 0x31, 0xc0, 0x0f, 0x05, 0xeb, 0xf1},
    // nop, and back.
    {0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
     0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xeb, 0xe2},
}};

constexpr u64 place_of(Work work) { return u64{static_cast<u8>(work)} * kPrograms.front().size(); }

} // namespace

Threads::Threads(Caller& caller) : caller_(caller) {
    const Handle budget = caller.root(ObjectKind::Budget);
    const Handle space = caller.root(ObjectKind::AddressSpace);
    code_ =
        slot_of(caller.call(budget, ObjectKind::Budget, abi::BudgetMethod::CreateMemory, std::array<u64, 2>{kPage, 0}));
    for (u64 number = 0; number < kPrograms.size(); ++number) {
        std::array<u64, 6> written{number * kPrograms.front().size(), kPrograms.front().size()};
        std::ranges::copy(std::bit_cast<std::array<u64, 4>>(kPrograms.at(number)), written.begin() + 2);
        caller.call(code_, ObjectKind::Memory, abi::MemoryMethod::Write, written);
    }
    code_address_ =
        word_of(caller.call(space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                            std::array<u64, 5>{0, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(code_)));
    const Handle stacks = slot_of(caller.call(budget, ObjectKind::Budget, abi::BudgetMethod::CreateMemory,
                                              std::array<u64, 2>{kStacks * kStackBytes, 0}));
    stacks_ = word_of(caller.call(space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                                  std::array<u64, 5>{0, 0, kStacks * kStackBytes, abi::kMapRead | abi::kMapWrite, 0},
                                  lend(stacks)));
}

void Threads::drop(Handle handle) { caller_.call(handle, static_cast<u16>(abi::HandleMethod::Drop)); }

Handle Threads::create_ring(Handle process) {
    return slot_of(caller_.call(process, ObjectKind::Process, abi::ProcessMethod::CreateRing,
                                std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, 1, 0}));
}

Handle Threads::create_of(Handle process, u64 entry, u64 ring, u64 processor) {
    constexpr u16 kMethod = abi::object_method(ObjectKind::Process, static_cast<u8>(abi::ProcessMethod::CreateThread));
    stacks_ += kStackBytes;
    return slot_of(caller_.call_with_slots(
        process, kMethod, std::array<u64, 7>{entry, stacks_ - sizeof(u64), 0, 0, 0, 0, processor}, ring, 1));
}

Handle Threads::create(Work work, bool has_ring, u64 processor) {
    const Handle process = caller_.root(ObjectKind::Process);
    const u64 entry = code_address_ + place_of(work);
    if (!has_ring) {
        return create_of(process, entry, 0, processor);
    }
    const Handle ring = create_ring(process);
    const Handle thread = create_of(process, entry, lend(ring), processor);
    drop(ring);
    return thread;
}

Handle Threads::own_budget() const { return caller_.root(ObjectKind::Budget); }

Handle Threads::create_budget(const abi::ProcessorLimits& limits) {
    const abi::CreateBudgetArguments wanted{
        .limits = {.memory_bytes = abi::kNoLimit, .capabilities = abi::kNoLimit, .threads = abi::kNoLimit},
        .processors = limits};
    constexpr base::usize kWords = sizeof(wanted) / sizeof(u64);
    return slot_of(caller_.call(own_budget(), ObjectKind::Budget, abi::BudgetMethod::CreateBudget,
                                std::bit_cast<std::array<u64, kWords>>(wanted)));
}

u64 Threads::used_by(Handle budget) {
    constexpr base::usize kUsed = 5; // the last word of abi::ProcessorUsage
    return word_of(caller_.call(budget, ObjectKind::Budget, abi::BudgetMethod::ProcessorUsage), kUsed);
}

void Threads::end_budget(Handle budget) {
    caller_.call(budget, ObjectKind::Budget, abi::BudgetMethod::Destroy);
    drop(budget);
}

Handle Threads::create_elsewhere(Work work, u64 processor, Handle budget) {
    const auto made = caller_.call(budget, ObjectKind::Budget, abi::BudgetMethod::CreateProcess, std::array<u64, 1>{0});
    caller_.call(slot_of(made, 1), ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                 std::array<u64, 5>{kCode, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(code_));
    const Handle process = slot_of(made, 0);
    return create_of(process, kCode + place_of(work), lend(create_ring(process)), processor);
}

void Threads::end(Handle thread) {
    call(thread, abi::ThreadMethod::Kill);
    call(thread, abi::ThreadMethod::Wait);
    drop(thread);
}

void Threads::set_weight(Handle thread, u32 weight) {
    const u32 interactive = static_cast<u32>(abi::SchedulingClass::Interactive);
    call(thread, abi::ThreadMethod::SetScheduling, std::array<u64, 3>{interactive, weight, 0});
}

abi::ThreadScheduling Threads::look(Handle thread) {
    const abi::Completion told = call(thread, abi::ThreadMethod::Scheduling);
    std::array<u64, sizeof(abi::ThreadScheduling) / sizeof(u64)> words{};
    for (u32 index = 0; index < words.size(); ++index) {
        words.at(index) = word_of(told, index);
    }
    return std::bit_cast<abi::ThreadScheduling>(words);
}

u64 Threads::memory() {
    return word_of(caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::Usage));
}

u64 Threads::now() {
    return word_of(caller_.call(caller_.root(ObjectKind::Machine), ObjectKind::Machine, abi::MachineMethod::Clock));
}

void Threads::sleep(u64 span) {
    const u64 end = now() + span;
    while (now() < end) {
        sdk::runtime::submit(0, 1, end);
    }
}

bool Threads::is_there(u64 processor) {
    const u64 word = processor / 64;
    std::array<u64, 8> mask{};
    mask.at(word) = u64{1} << processor % 64;
    const Handle thread = create(Work::Park, false, abi::kAnyProcessor);
    abi::Submission& entry = caller_.ring().next();
    entry.capability = thread.word();
    entry.method = abi::object_method(ObjectKind::Thread, static_cast<u8>(abi::ThreadMethod::SetAffinity));
    entry.length = sizeof(mask);
    std::ranges::copy(std::bit_cast<std::array<u8, sizeof(mask)>>(mask), entry.payload.begin());
    caller_.ring().add();
    sdk::runtime::submit(1, 1);
    const abi::Completion* const done = caller_.ring().front();
    const bool is_good = done != nullptr && done->status == 0;
    caller_.ring().pop();
    drop(thread);
    return is_good;
}

} // namespace tests::bench
