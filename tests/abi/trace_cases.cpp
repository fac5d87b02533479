// What processors note while they are asked to.
#include "tests/abi/cases.hpp"
#include "tests/abi/debug_calls.hpp"

namespace tests::abi {

namespace {

using ::abi::DebugMethod;
using ::abi::TraceKind;
using ::abi::TraceRecord;

#pragma clang unsafe_buffer_usage begin

void touch(u64 address) {
    // SAFETY: a page of a Memory that was just mapped there, for reading and writing.
    *reinterpret_cast<volatile u8*>(address) = 1;
}

#pragma clang unsafe_buffer_usage end

class Trace {
  public:
    Trace(Calls& calls, Checks& checks) : calls_(calls), checks_(checks), debug_(calls) {}

    Error start(u64 kinds) {
        return debug_.call(DebugMethod::StartTrace, ::abi::StartTraceArguments{.kinds = kinds}).error;
    }

    Error stop() { return calls_.call(debug(), method_of(ObjectKind::Debug, DebugMethod::StopTrace)).error; }

    Outcome read(const ::abi::ReadTraceArguments& arguments) {
        return debug_.call(DebugMethod::ReadTrace, arguments, lend(debug_.memory()));
    }

    /// How many records of any processor from the positions of mark() on make `matches(record)` true.
    template <class Matches>
    u32 count(Matches matches) {
        u32 found = 0;
        for (u64 processor = 0; processor < kProcessors; ++processor) {
            for (u64 at = marks_.at(processor); at < end(processor);) {
                const auto piece =
                    read({.processor = processor, .position = at, .offset = 0, .records = ::abi::kTracePieceRecords})
                        .answer<::abi::DebugPiece>();
                for (u64 index = 0; index < piece.next - piece.position; ++index) {
                    found += matches(debug_.read<TraceRecord>(index * sizeof(TraceRecord))) ? 1 : 0;
                }
                checks_.that("read_trace", "goes on", piece.next > at);
                at = piece.next > at ? piece.next : end(processor);
            }
        }
        return found;
    }

    void mark() {
        for (u64 processor = 0; processor < kProcessors; ++processor) {
            marks_.at(processor) = end(processor);
        }
    }

    [[nodiscard]] Handle debug() const { return calls_.root(ObjectKind::Debug); }

  private:
    static constexpr u64 kProcessors = 8;

    /// 0: there is no such processor.
    u64 end(u64 processor) {
        const Outcome outcome = read({.processor = processor, .position = ~u64{0}, .offset = 0, .records = 0});
        return outcome.error == kGood ? outcome.answer<::abi::DebugPiece>().end : 0;
    }

    Calls& calls_;
    Checks& checks_;
    DebugCalls debug_;
    std::array<u64, kProcessors> marks_{};
};

void try_trace_errors(Trace& trace, Checks& checks) {
    checks.equal("start_trace", "of nothing", trace.start(0), Error::InvalidArgument);
    checks.equal("start_trace", "of what there is not", trace.start(::abi::kAllTraceKinds + 1), Error::InvalidArgument);
    using Arguments = ::abi::ReadTraceArguments;
    constexpr u64 kMost = ::abi::kTracePieceRecords;
    checks.equal("read_trace", "too much",
                 trace.read(Arguments{.processor = 0, .position = 0, .offset = 0, .records = kMost + 1}).error,
                 Error::InvalidArgument);
    checks.equal("read_trace", "of a processor that there is not",
                 trace.read(Arguments{.processor = ~u64{0}, .position = 0, .offset = 0, .records = 1}).error,
                 Error::OutOfRange);
}

void try_invocations_traced(Calls& calls, Trace& trace, Checks& checks) {
    constexpr u32 kCalls = 10;
    trace.mark();
    checks.equal("start_trace", "of invocations", trace.start(::abi::trace_bit(TraceKind::Invocation)), kGood);
    for (u32 i = 0; i < kCalls; ++i) {
        calls.call(trace.debug(), HandleMethod::Null);
    }
    checks.equal("stop_trace", "stops", trace.stop(), kGood);
    calls.call(trace.debug(), HandleMethod::Null);
    u64 last = 0;
    bool ascends = true;
    const u32 found = trace.count([&](const TraceRecord& record) {
        ascends = ascends && record.ticks >= last;
        last = record.ticks;
        return record.kind == static_cast<u32>(TraceKind::Invocation) &&
               record.detail == static_cast<u32>(HandleMethod::Null) && record.first == trace.debug().word() &&
               record.second != 0;
    });
    checks.equal("read_trace", "finds each invocation, and none when it is stopped", found, kCalls);
    checks.that("read_trace", "in the order of time", ascends);
}

/// The thread is not on its processor meanwhile, and an interrupt brings it back.
void wait_for_ticks(Calls& calls) {
    constexpr u64 kPeriod = 20'000'000;
    constexpr u32 kTicks = 3;
    const Handle timer = calls.create(::abi::BudgetMethod::CreateTimer);
    const Handle ring = calls.root(ObjectKind::Ring);
    calls.call(ring, method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = 0, .mask = 1, .flags = ::abi::kClearTold}, lend(timer));
    calls.call(timer, method_of(ObjectKind::Timer, ::abi::TimerMethod::Arm),
               ::abi::ArmArguments{.deadline = 1, .period = kPeriod, .slack = 0});
    for (u32 i = 0; i < kTicks; ++i) {
        calls.wait();
        calls.take();
    }
    calls.call(timer, method_of(ObjectKind::Timer, ::abi::TimerMethod::Disarm));
    ::abi::Submission detach = Calls::entry(ring, method_of(ObjectKind::Ring, ::abi::RingMethod::Detach));
    detach.slots = 1;
    detach.slot[0] = lend(timer).word();
    calls.send(detach);
    calls.drop(timer);
    while (calls.has_completion()) {
        calls.take();
    }
}

void try_other_kinds_traced(Calls& calls, Trace& trace, Checks& checks) {
    trace.mark();
    checks.equal("start_trace", "of all", trace.start(::abi::kAllTraceKinds), kGood);
    // A page that was never touched, then a wait that ends by the clock.
    const Handle memory = calls.create_memory(4096);
    const u64 address =
        calls
            .call(
                calls.root(ObjectKind::AddressSpace),
                method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                ::abi::MapArguments{
                    .address = 0, .offset = 0, .bytes = 4096, .access = ::abi::kMapRead | ::abi::kMapWrite, .flags = 0},
                lend(memory))
            .answer<u64>();
    touch(address);
    wait_for_ticks(calls);
    trace.stop();
    const auto is = [](TraceKind kind) {
        return [kind](const TraceRecord& record) { return record.kind == static_cast<u32>(kind); };
    };
    checks.equal("read_trace", "finds the fault", trace.count([address](const TraceRecord& record) {
        return record.kind == static_cast<u32>(TraceKind::Fault) && record.first == address;
    }),
                 1U);
    checks.that("read_trace", "finds invocations", trace.count(is(TraceKind::Invocation)) != 0);
    checks.that("read_trace", "finds switches", trace.count(is(TraceKind::Switch)) != 0);
    checks.that("read_trace", "finds interrupts", trace.count(is(TraceKind::Interrupt)) != 0);
    calls.call(calls.root(ObjectKind::AddressSpace),
               method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
               ::abi::RangeArguments{.address = address, .bytes = 4096});
    calls.drop(memory);
}

/// When processor 0 has records.
void try_reading_outside(Trace& trace, Checks& checks) {
    using Arguments = ::abi::ReadTraceArguments;
    checks.equal(
        "read_trace", "beyond the Memory",
        trace.read(Arguments{.processor = 0, .position = 0, .offset = DebugCalls::kMemoryBytes, .records = 1}).error,
        Error::OutOfRange);
}

} // namespace

void try_trace(Calls& calls, Checks& checks) {
    Trace trace(calls, checks);
    try_trace_errors(trace, checks);
    try_invocations_traced(calls, trace, checks);
    try_other_kinds_traced(calls, trace, checks);
    try_reading_outside(trace, checks);
}

} // namespace tests::abi
