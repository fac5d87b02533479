#include "tests/abi/process/children.hpp"

#include <algorithm>

#pragma clang unsafe_buffer_usage begin

// SAFETY: pages that were mapped before, through their addresses, and the page of second_program.S.

extern "C" const base::u8 kSecondProgram[4096] asm("second_program");

namespace tests::abi {

namespace {

constexpr u64 kPage = 4096;

constexpr u16 process_method(::abi::ProcessMethod method) { return method_of(ObjectKind::Process, method); }

} // namespace

Children::Children(Calls& calls)
    : calls_(calls), code_(calls.create_memory(kPage)), shared_(calls.create_memory(kPage)) {
    const Handle own = calls.root(ObjectKind::AddressSpace);
    const u64 code = map(own, code_, ::abi::kMapRead | ::abi::kMapWrite, 0).answer<u64>();
    std::ranges::copy(kSecondProgram, reinterpret_cast<u8*>(code));
    calls.call(own, method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
               ::abi::RangeArguments{.address = code, .bytes = kPage});
    board_ = map(own, shared_, ::abi::kMapRead | ::abi::kMapWrite, 0).answer<u64>();
}

void Children::end() {
    calls_.call(calls_.root(ObjectKind::AddressSpace),
                method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
                ::abi::RangeArguments{.address = board_, .bytes = kPage});
    calls_.drop(code_);
    calls_.drop(shared_);
}

volatile u64& Children::board(u64 index) const { return reinterpret_cast<volatile u64*>(board_)[index]; }

Outcome Children::map(Handle space, Handle memory, u64 access, u64 address) {
    return calls_.call(
        space, method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
        ::abi::MapArguments{.address = address, .offset = 0, .bytes = kPage, .access = access, .flags = 0},
        lend(memory));
}

Child Children::create(u64 flags) {
    const Outcome made =
        calls_.call(calls_.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreateProcess),
                    ::abi::CreateProcessArguments{.flags = flags});
    const Child child{.process = made.handle(0), .space = made.handle(1)};
    map(child.space, code_, ::abi::kMapRead | ::abi::kMapExecute, kCode);
    map(child.space, shared_, ::abi::kMapRead | ::abi::kMapWrite, kBoard);
    return child;
}

Outcome Children::create_ring(const Child& child) {
    return calls_.call(
        child.process, process_method(::abi::ProcessMethod::CreateRing),
        ::abi::CreateRingArguments{.submissions = 2, .completions = 4, .window = 1, .zero = 0, .address = 0});
}

Outcome Children::create_thread(const Child& child, const Beginning& beginning, Handle ring) {
    const ::abi::CreateThreadArguments arguments{.entry = kCode,
                                                 .stack = 0,
                                                 .first = static_cast<u64>(beginning.routine),
                                                 .second = beginning.first,
                                                 .third = beginning.second,
                                                 .fourth = beginning.third,
                                                 .processor = beginning.processor};
    ::abi::Submission entry = Calls::with(child.process, process_method(::abi::ProcessMethod::CreateThread), arguments);
    entry.slots = 1;
    entry.slot[0] = ring == Handle{} ? 0 : lend(ring).word();
    return calls_.send(entry);
}

Handle Children::start(const Child& child, const Beginning& beginning, Handle ring) {
    const Handle thread = create_thread(child, beginning, ring).handle();
    thread_call(thread, ::abi::ThreadMethod::Start);
    return thread;
}

Outcome call_with_slot(Calls& calls, Handle capability, u16 method, ::abi::SlotWord slot) {
    ::abi::Submission entry = Calls::entry(capability, method);
    entry.slots = 1;
    entry.slot[0] = slot.word();
    return calls.send(entry);
}

} // namespace tests::abi

#pragma clang unsafe_buffer_usage end
