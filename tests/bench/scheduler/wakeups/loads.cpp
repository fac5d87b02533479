#include "tests/bench/scheduler/wakeups/loads.hpp"

#include <algorithm>
#include <bit>

#include "abi/arguments.hpp"
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
constexpr u64 kReadWrite = abi::kMapRead | abi::kMapWrite;

Handle create_memory(Caller& caller, u64 bytes) {
    return slot_of(caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateMemory,
                               std::array<u64, 2>{bytes, 0}));
}

u64 map(Caller& caller, Handle memory, u64 bytes) {
    return word_of(caller.call(caller.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace,
                               abi::AddressSpaceMethod::Map, std::array<u64, 5>{0, 0, bytes, kReadWrite, 0},
                               lend(memory)));
}

/// Calls `method` of `capability` for a range, until all of it is done.
template <class Method>
void call_on_range(Caller& caller, Handle capability, ObjectKind kind, Method method, u64 start, u64 bytes) {
    for (u64 done = 0; done < bytes;) {
        done += word_of(caller.call(capability, kind, method, std::array<u64, 2>{start + done, bytes - done}));
    }
}

void touch(u64 address, u64 bytes) {
    for (u64 page = address; page < address + bytes; page += kPage) {
        // SAFETY: volatile, for the write itself is what is wanted; mapped by the caller.
        *std::bit_cast<volatile u64*>(page) = page;
    }
}

void give_arguments(abi::Submission& entry, std::span<const u64> arguments, base::usize first = 0) {
    const auto bytes = std::as_bytes(arguments);
    std::ranges::transform(bytes, std::span(entry.payload).subspan(first).begin(),
                           [](std::byte byte) { return std::to_integer<u8>(byte); });
}

/// Submits `count` entries together, each filled by fill(entry, index), and hands each result to take(completion,
/// index). What fails ends the program.
template <class Fill, class Take>
void run_batch(Caller& caller, u32 count, Fill fill, Take take) {
    sdk::runtime::ProgramRing& ring = caller.ring();
    for (u32 index = 0; index < count; ++index) {
        abi::Submission& entry = ring.next();
        entry.tag = index;
        fill(entry, index);
        ring.add();
    }
    for (u32 done = 0; done < count;) {
        sdk::runtime::submit(ring.added(), 1);
        for (; ring.front() != nullptr; ring.pop()) {
            const abi::Completion& completion = *ring.front();
            if (completion.status != 0) {
                sdk::runtime::debug_write("an entry of a batch failed\n");
                sdk::runtime::exit(completion.status);
            }
            take(completion, static_cast<u32>(completion.tag));
            ++done;
        }
    }
}

} // namespace

FaultLoad::FaultLoad(Caller& caller) : caller_(caller) {
    constexpr u64 kBytes = 2 << 20;
    const Handle memory = create_memory(caller, kBytes);
    pages_ = {memory, map(caller, memory, kBytes), kBytes};
}

void FaultLoad::run_round() {
    touch(pages_.address, pages_.bytes);
    call_on_range(caller_, pages_.memory, ObjectKind::Memory, abi::MemoryMethod::Discard, 0, pages_.bytes);
}

namespace {

/// In a process of its own: writes a word to each page from RDI to RSI, and exits. 1: mov %rsi, (%rdi); add $4096,
/// %rdi; cmp %rsi, %rdi; jb 1b; mov $exit, %eax; xor %edi, %edi; syscall.
constexpr std::array<u8, 24> kFill{0x48, 0x89, 0x37, 0x48, 0x81, 0xc7, 0, 0x10, 0,    0,    0x48, 0x39,
                                   0xf7, 0x72, 0xf1, 0xb8, 2,    0,    0, 0,    0x31, 0xff, 0x0f, 0x05};
constexpr u64 kCode = 0x5000'0000'0000;
constexpr u64 kFilled = 0x5100'0000'0000;

} // namespace

ExitLoad::ExitLoad(Caller& caller) : caller_(caller), code_(create_memory(caller, kPage)) {
    std::array<u64, 5> written{0, kFill.size()};
    std::ranges::copy(std::bit_cast<std::array<u64, 3>>(kFill), written.begin() + 2);
    caller.call(code_, ObjectKind::Memory, abi::MemoryMethod::Write, written);
}

void ExitLoad::run_round() {
    constexpr u64 kFirstProcessor = 0;
    const auto made = caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget,
                                   abi::BudgetMethod::CreateProcess, std::array<u64, 1>{0});
    const Handle process = slot_of(made, 0);
    const Handle space = slot_of(made, 1);
    const Handle memory = create_memory(caller_, kBytes);
    caller_.call(space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                 std::array<u64, 5>{kCode, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(code_));
    caller_.call(space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                 std::array<u64, 5>{kFilled, 0, kBytes, kReadWrite, 0}, lend(memory));
    // Only its mapping keeps it: it goes with the process.
    caller_.call(memory, static_cast<u16>(abi::HandleMethod::Drop));
    constexpr u16 kCreateThread =
        abi::object_method(ObjectKind::Process, static_cast<u8>(abi::ProcessMethod::CreateThread));
    const Handle thread = slot_of(caller_.call_with_slots(
        process, kCreateThread, std::array<u64, 7>{kCode, 0, kFilled, kFilled + kBytes, 0, 0, kFirstProcessor}, 0, 1));
    caller_.call(thread, ObjectKind::Thread, abi::ThreadMethod::Start);
    caller_.call(process, ObjectKind::Process, abi::ProcessMethod::Wait);
    for (const Handle handle : {thread, space, process}) {
        caller_.call(handle, static_cast<u16>(abi::HandleMethod::Drop));
    }
}

RevokeLoad::RevokeLoad(Caller& caller)
    : caller_(caller),
      top_(slot_of(caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateEvent))) {}

void RevokeLoad::run_round() {
    for (u32 first = 0; first < kCount; first += kBatch) {
        const auto derive = [this](abi::Submission& entry, u32) {
            entry.capability = top_.word();
            entry.method = static_cast<u16>(abi::HandleMethod::Derive);
            entry.length = sizeof(abi::DeriveArguments);
            entry.payload[0] = abi::kAllPermissions.bits;
        };
        run_batch(caller_, kBatch, derive, [this, first](const abi::Completion& completion, u32 index) {
            children_.at(first + index) = slot_of(completion);
        });
    }
    caller_.call(top_, static_cast<u16>(abi::HandleMethod::Revoke));
    for (u32 first = 0; first < kCount; first += kBatch) {
        const auto drop = [this, first](abi::Submission& entry, u32 index) {
            entry.capability = children_.at(first + index).word();
            entry.method = static_cast<u16>(abi::HandleMethod::Drop);
        };
        run_batch(caller_, kBatch, drop, [](const abi::Completion&, u32) {});
    }
}

LeaseLoad::LeaseLoad(Caller& caller) : caller_(caller), own_(create_memory(caller, kBytes)) {
    const auto channel =
        caller.call(caller.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateChannel);
    // Both sides are this thread: its own ring hears of the call that it sends.
    caller.call(caller.root(ObjectKind::Ring), ObjectKind::Ring, abi::RingMethod::Attach, std::array<u64, 3>{1, 0, 0},
                lend(slot_of(channel, 0)));
    const Handle lent = create_memory(caller, kBytes);
    abi::Submission& entry = caller.ring().next();
    entry.capability = slot_of(channel, 1).word();
    entry.method = abi::kFirstProtocolMethod;
    entry.slots = 1;
    entry.slot[0] = lend(lent);
    give_arguments(entry, std::array<u64, 2>{0, abi::kLeaseRead << abi::kLeaseAccessShift | kBytes},
                   abi::kPayloadBytes - sizeof(abi::LeaseRange));
    caller.ring().add();
    sdk::runtime::submit(1, 1);
    token_ = caller.ring().front()->reply;
    caller.ring().pop();
}

void LeaseLoad::run_round() {
    constexpr u64 kPiece = kBytes / 4;
    const auto copy = [this](abi::Submission& entry, u32 index) {
        const u64 offset = index % 4 * kPiece;
        entry.capability = caller_.root(ObjectKind::Ring).word();
        entry.method = abi::object_method(ObjectKind::Ring, static_cast<u8>(abi::RingMethod::CopyLent));
        entry.length = sizeof(abi::CopyLentArguments);
        give_arguments(entry, std::array<u64, 5>{token_, 0, offset, offset, kPiece});
        entry.slots = 1;
        entry.slot[0] = lend(own_);
    };
    run_batch(caller_, kBatch, copy, [](const abi::Completion&, u32) {});
}

UnmapLoad::UnmapLoad(Caller& caller) : caller_(caller), memory_(create_memory(caller, 64 * kPage)) {}

void UnmapLoad::run_round() {
    constexpr u64 kBytes = 64 * kPage;
    const u64 address = map(caller_, memory_, kBytes);
    touch(address, kBytes);
    call_on_range(caller_, caller_.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace,
                  abi::AddressSpaceMethod::Unmap, address, kBytes);
}

void keep_space_in_force(abi::RingHeader*, u64) {
    for (;;) {
        // SAFETY: does nothing.
        asm volatile("pause");
    }
}

} // namespace tests::bench
