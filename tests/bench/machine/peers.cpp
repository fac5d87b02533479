#include "tests/bench/machine/peers.hpp"

#include <algorithm>
#include <array>

#include "abi/arguments.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: a page of routines, copied to where the kernel has mapped one.

extern "C" const base::u8 kRoutines[4096] asm("bench_routines");

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u32;
using base::u64;
using base::u8;

namespace {

constexpr u64 kCode = 0x5000'0000'0000;
constexpr u32 kSubmissions = 2;
constexpr u32 kCompletions = 4;
constexpr u64 kReadWrite = abi::kMapRead | abi::kMapWrite;

} // namespace

Peers::Peers(Caller& caller) : caller_(caller), code_(create_page()) {
    std::ranges::copy(kRoutines, reinterpret_cast<u8*>(show(code_)));
}

Handle Peers::create_page() {
    return slot_of(caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget, abi::BudgetMethod::CreateMemory,
                                std::array<u64, 2>{kPage, 0}));
}

u64 Peers::show(Handle page) {
    return word_of(caller_.call(caller_.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace,
                                abi::AddressSpaceMethod::Map, std::array<u64, 5>{0, 0, kPage, kReadWrite, 0},
                                lend(page)));
}

void Peers::share(const Peer& peer, Handle page) {
    caller_.call(peer.space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                 std::array<u64, 5>{kShared, 0, kPage, kReadWrite, 0}, lend(page));
}

Peer Peers::create() {
    const auto made = caller_.call(caller_.root(ObjectKind::Budget), ObjectKind::Budget,
                                   abi::BudgetMethod::CreateProcess, std::array<u64, 1>{0});
    Peer peer{.process = slot_of(made, 0), .space = slot_of(made, 1), .ring = {}, .ring_address = 0};
    caller_.call(peer.space, ObjectKind::AddressSpace, abi::AddressSpaceMethod::Map,
                 std::array<u64, 5>{kCode, 0, kPage, abi::kMapRead | abi::kMapExecute, 0}, lend(code_));
    const auto ring = caller_.call(peer.process, ObjectKind::Process, abi::ProcessMethod::CreateRing,
                                   std::array<u64, 3>{u64{kCompletions} << 32 | kSubmissions, 1, 0});
    peer.ring = slot_of(ring);
    peer.ring_address = word_of(ring);
    return peer;
}

void Peers::attach(const Peer& peer, Handle source, u64 mask) {
    caller_.call(peer.ring, ObjectKind::Ring, abi::RingMethod::Attach, std::array<u64, 3>{1, mask, 0}, lend(source));
}

Handle Peers::give(const Peer& peer, Handle handle) {
    const auto given = caller_.call(peer.process, ObjectKind::Process, abi::ProcessMethod::Install, {},
                                    abi::SlotWord{handle, abi::kAllPermissions, abi::SlotMode::Derive}.word());
    return Handle{word_of(given)};
}

Handle Peers::start(const Peer& peer, Routine routine, u64 second, u64 third, u64 processor) {
    const Handle thread = slot_of(caller_.call(
        peer.process, ObjectKind::Process, abi::ProcessMethod::CreateThread,
        std::array<u64, 7>{kCode, 0, static_cast<u64>(routine), peer.ring_address, second, third, processor},
        lend(peer.ring)));
    caller_.call(thread, ObjectKind::Thread, abi::ThreadMethod::Start);
    return thread;
}

u64 Peers::wait(const Peer& peer) {
    constexpr base::usize kCodeWord = 1; // of abi::EndReport
    return word_of(caller_.call(peer.process, ObjectKind::Process, abi::ProcessMethod::Wait), kCodeWord);
}

void Peers::end(const Peer& peer) {
    caller_.call(peer.process, ObjectKind::Process, abi::ProcessMethod::Kill);
    caller_.call(peer.process, ObjectKind::Process, abi::ProcessMethod::Wait);
}

} // namespace tests::bench

#pragma clang unsafe_buffer_usage end
