#include "tests/bench/ipc/processes.hpp"

#include <algorithm>
#include <bit>

#include "sdk/runtime/kernel_call.hpp"
#include "tests/bench/costs/markers.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a ring that the kernel has mapped, through its address; and a routine that uses no stack.

extern "C" const base::u8 kSecondProgram[4096] asm("second_program");

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

/// mov $exit, %eax; xor %edi, %edi; syscall. Behind it, at kPark: xor %edi, %edi; mov $1, %esi; xor %edx, %edx;
/// xor %eax, %eax; syscall.
constexpr std::array<u8, 32> kProgram{0xb8, 2,    0,    0,    0,    0x31, 0xff, 0x0f, 0x05, 0, 0,
                                      0,    0,    0,    0,    0,    0x31, 0xff, 0xbe, 1,    0, 0,
                                      0,    0x31, 0xd2, 0x31, 0xc0, 0x0f, 0x05, 0xeb, 0xf1, 0};
constexpr u64 kPark = 16;

template <class Method>
constexpr u16 method_of(ObjectKind kind, Method number) {
    return abi::object_method(kind, static_cast<u8>(number));
}

/// What second_program.S of tests/abi does in RDI's stead: it answers each request with what it brought.
constexpr u64 kServe = 10;

/// A thread's whole life: submits what its ring holds, and waits for ever.
[[gnu::naked]] void submit_once() {
    asm volatile("movl $1, %edi\n"
                 "movl $1, %esi\n"
                 "xorl %edx, %edx\n"
                 "xorl %eax, %eax\n"
                 "syscall\n"
                 "ud2\n");
}

} // namespace

Processes::Processes(Caller& caller)
    : caller_(caller), ring_(caller.ring()), process_(caller.root(ObjectKind::Process)),
      budget_(caller.root(ObjectKind::Budget)), space_(caller.root(ObjectKind::AddressSpace)) {
    code_ = slot_of(
        call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::CreateMemory), std::array<u64, 2>{kPage, 0}));
    std::array<u64, 6> written{0, kProgram.size()};
    std::ranges::copy(std::bit_cast<std::array<u64, 4>>(kProgram), written.begin() + 2);
    call(code_, method_of(ObjectKind::Memory, abi::MemoryMethod::Write), written);
    const auto made = call(process_, method_of(ObjectKind::Process, abi::ProcessMethod::CreateRing),
                           std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, 1, 0});
    other_ring_ = slot_of(made);
    other_header_ = reinterpret_cast<abi::RingHeader*>(word_of(made));
}

abi::Completion Processes::call(Handle capability, u16 method, std::span<const u64> arguments, u64 slot) {
    return caller_.call(capability, method, arguments, slot);
}

void Processes::drop(Handle handle) { call(handle, static_cast<u16>(abi::HandleMethod::Drop)); }

Processes::Made Processes::create() {
    const auto made =
        call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::CreateProcess), std::array<u64, 1>{0});
    const Made child{.process = slot_of(made, 0), .space = slot_of(made, 1)};
    call(child.space, method_of(ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map),
         std::array<u64, 5>{kCode, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(code_));
    return child;
}

Handle Processes::create_thread(Handle process, u64 entry, u64 ring) {
    constexpr u16 kMethod = method_of(ObjectKind::Process, abi::ProcessMethod::CreateThread);
    return slot_of(caller_.call_with_slots(process, kMethod,
                                           std::array<u64, 7>{entry, 0, 0, 0, 0, 0, abi::kAnyProcessor}, ring, 1));
}

void Processes::create_exit_reap() {
    const Made child = create();
    const Handle thread = create_thread(child.process, kCode, 0);
    call(thread, method_of(ObjectKind::Thread, abi::ThreadMethod::Start));
    call(child.process, method_of(ObjectKind::Process, abi::ProcessMethod::Wait));
    drop(thread);
    drop(child.space);
    drop(child.process);
}

void Processes::create_join() {
    const Handle thread = create_thread(process_, reinterpret_cast<u64>(&submit_once), lend(other_ring_));
    // Its one submission, in the ring that it has then.
    abi::RingHeader& header = *other_header_;
    auto* const entries = reinterpret_cast<abi::Submission*>(&header + 1);
    const u32 tail = header.submission_tail.position;
    abi::Submission& entry = entries[tail % kSubmissions];
    entry = {};
    entry.capability = thread.word();
    entry.method = method_of(ObjectKind::Thread, abi::ThreadMethod::Kill);
    __atomic_store_n(&header.submission_tail.position, tail + 1, __ATOMIC_RELEASE);
    call(thread, method_of(ObjectKind::Thread, abi::ThreadMethod::Start));
    call(thread, method_of(ObjectKind::Thread, abi::ThreadMethod::Wait));
    __atomic_store_n(&header.completion_head.position, header.completion_tail.position, __ATOMIC_RELEASE);
    drop(thread);
}

Handle Processes::serve() {
    const auto code =
        call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::CreateMemory), std::array<u64, 2>{kPage, 0});
    const auto mapped = call(space_, method_of(ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map),
                             std::array<u64, 5>{0, 0, kPage, abi::kMapRead | abi::kMapWrite, 0}, lend(slot_of(code)));
    std::ranges::copy(kSecondProgram, reinterpret_cast<u8*>(word_of(mapped)));
    const auto made =
        call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::CreateProcess), std::array<u64, 1>{0});
    const Made child{.process = slot_of(made, 0), .space = slot_of(made, 1)};
    call(child.space, method_of(ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map),
         std::array<u64, 5>{kCode, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(slot_of(code)));
    const auto ring = call(child.process, method_of(ObjectKind::Process, abi::ProcessMethod::CreateRing),
                           std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, 1, 0});
    const auto channel = call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::CreateChannel));
    call(slot_of(ring), method_of(ObjectKind::Ring, abi::RingMethod::Attach), std::array<u64, 3>{1, 0, 0},
         lend(slot_of(channel, 0)));
    const Handle thread = slot_of(call(child.process, method_of(ObjectKind::Process, abi::ProcessMethod::CreateThread),
                                       std::array<u64, 7>{kCode, 0, kServe, word_of(ring), 0, 0, abi::kAnyProcessor},
                                       lend(slot_of(ring))));
    call(thread, method_of(ObjectKind::Thread, abi::ThreadMethod::Start));
    return slot_of(channel, 1);
}

template <class Fill>
[[gnu::always_inline]] inline void Processes::send(Handle client, u8 bytes, Fill fill) {
    abi::Submission& entry = ring_.next();
    entry.capability = client.word();
    entry.method = abi::kFirstProtocolMethod + 0x10;
    entry.length = bytes;
    fill(entry);
    if (bytes != 0) {
        message_[0] = ++sent_;
        entry.payload = std::bit_cast<std::array<u8, sizeof(message_)>>(message_);
    }
    ring_.add();
    sdk::runtime::submit(1, 1);
    const abi::Completion* const done = ring_.front();
    if (done == nullptr || done->status != 0) {
        sdk::runtime::debug_write("a call has no answer\n");
        sdk::runtime::exit(1);
    }
    if (bytes != 0) {
        message_ = std::bit_cast<std::array<u64, abi::kPayloadBytes / sizeof(u64)>>(done->payload);
        expect(message_[0] == sent_);
    }
    ring_.pop();
}

void Processes::expect(bool is_right) {
    if (!is_right) {
        sdk::runtime::debug_write("an answer is not what was sent\n");
        sdk::runtime::exit(1);
    }
}

void Processes::call_and_reply(Handle client) {
    send(client, abi::kPayloadBytes, [](const abi::Submission&) {});
}

void Processes::count_costs(Handle client) {
    constexpr int kRounds = 1000;
    const u64 before = used();
    for (int round = 0; round < kRounds; ++round) {
        mark_round();
        call_and_reply(client);
    }
    mark_end();
    if (used() != before) {
        sdk::runtime::debug_write("calls have taken memory\n");
        sdk::runtime::exit(1);
    }
}

void Processes::call_with_nothing(Handle client) {
    send(client, 0, [](const abi::Submission&) {});
}

void Processes::call_until(Handle client, u64 deadline) {
    send(client, abi::kPayloadBytes, [deadline](abi::Submission& entry) { entry.deadline = deadline; });
}

void Processes::call_and_move(Handle client, Handle moved) {
    send(client, abi::kPayloadBytes, [moved](abi::Submission& entry) {
        entry.slots = 1;
        entry.slot[0] = abi::SlotWord{moved, abi::kAllPermissions, abi::SlotMode::Move}.word();
    });
}

u64 Processes::used() { return word_of(call(budget_, method_of(ObjectKind::Budget, abi::BudgetMethod::Usage))); }

u64 Processes::idle_memory() {
    const u64 before = used();
    const Made child = create();
    const auto ring = call(child.process, method_of(ObjectKind::Process, abi::ProcessMethod::CreateRing),
                           std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, 1, 0});
    const Handle thread = create_thread(child.process, kCode + kPark, lend(slot_of(ring)));
    call(thread, method_of(ObjectKind::Thread, abi::ThreadMethod::Start));
    // It holds something, so that it has a table for that; and it has come to wait.
    call(child.process, method_of(ObjectKind::Process, abi::ProcessMethod::Install), {},
         abi::SlotWord{process_, abi::kRead, abi::SlotMode::Derive}.word());
    constexpr u32 kLongEnough = 100'000;
    for (u32 i = 0; i < kLongEnough; ++i) {
        call(process_, static_cast<u16>(abi::HandleMethod::Null));
    }
    return used() - before;
}

} // namespace tests::bench

#pragma clang unsafe_buffer_usage end
