// The log, and lists of all that there is.
#include "tests/abi/cases.hpp"
#include "tests/abi/debug_calls.hpp"
#include "tests/abi/settled_usage.hpp"

namespace tests::abi {

namespace {

using ::abi::DebugMethod;

void try_log(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    const auto first = debug.read_log({.position = 0, .offset = 0, .bytes = ::abi::kDebugPieceBytes});
    checks.equal("read_log", "from its start", first.error, kGood);
    const auto piece = first.answer<::abi::DebugPiece>();
    checks.that("read_log", "copies", piece.next > piece.position && piece.next <= piece.end);
    checks.that("read_log", "something that is text", debug.byte(0) >= ' ' && debug.byte(0) <= '~');
    // What is written now is what comes last.
    constexpr std::string_view kText = "read_log reads this";
    checks.equal("write_log", "a line", debug.write_log(kText), kGood);
    const u64 end = debug.end_of_log();
    constexpr u64 kTail = kText.size() + 1;
    const auto last = debug.read_log({.position = end - kTail, .offset = 8, .bytes = kTail});
    checks.equal("read_log", "of the last line", last.error, kGood);
    checks.equal("read_log", "answers where it began", last.answer<::abi::DebugPiece>().position, end - kTail);
    checks.equal("read_log", "and ended", last.answer<::abi::DebugPiece>().next, end);
    u32 same = 0;
    for (u32 index = 0; index < kText.size(); ++index) {
        same += debug.byte(8 + index) == kText[index] ? 1 : 0;
    }
    checks.equal("read_log", "what was written", same, kText.size());
    checks.equal("read_log", "and the line's end", debug.byte(8 + kText.size()), '\n');
    const auto ahead = debug.read_log({.position = end + 1000, .offset = 0, .bytes = 1}).answer<::abi::DebugPiece>();
    checks.equal("read_log", "ahead of the end", ahead.next, ahead.end);
}

void try_log_errors(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    constexpr ::abi::ReadLogArguments kTooMuch{.position = 0, .offset = 0, .bytes = ::abi::kDebugPieceBytes + 1};
    constexpr ::abi::ReadLogArguments kOutside{.position = 0, .offset = DebugCalls::kMemoryBytes - 1, .bytes = 2};
    constexpr ::abi::ReadLogArguments kNowhere{.position = 0, .offset = ~u64{0}, .bytes = 2};
    checks.equal("read_log", "too much", debug.read_log(kTooMuch).error, Error::InvalidArgument);
    checks.equal("read_log", "beyond the Memory", debug.read_log(kOutside).error, Error::OutOfRange);
    checks.equal("read_log", "at an offset that there is not", debug.read_log(kNowhere).error, Error::OutOfRange);
    const ::abi::ReadLogArguments right{.position = 0, .offset = 0, .bytes = 1};
    const Handle readable = calls.derive(debug.memory(), ::abi::kRead);
    checks.equal("read_log", "into what may not be written", debug.read_log(right, lend(readable)).error,
                 Error::AccessDenied);
    checks.equal("read_log", "into what is lent for reading",
                 debug.read_log(right, lend(debug.memory(), ::abi::kRead)).error, Error::AccessDenied);
    checks.equal("read_log", "into what is no Memory", debug.read_log(right, lend(calls.root(ObjectKind::Debug))).error,
                 Error::WrongType);
    checks.equal("read_log", "into nothing", debug.read_log(right, lend(Handle{})).error, Error::BadHandle);
    const Handle expired = calls.derive(debug.memory(), ::abi::kAllPermissions, 1);
    checks.equal("read_log", "into what has expired", debug.read_log(right, lend(expired)).error, Error::Expired);
    calls.drop(readable);
    calls.drop(expired);
}

void try_console(Calls& calls, Checks& checks) {
    const Outcome read =
        calls.call(calls.root(ObjectKind::Debug), method_of(ObjectKind::Debug, DebugMethod::ReadConsole));
    checks.equal("read_console", "does not wait", read.error, kGood);
    checks.equal("read_console", "nobody has typed anything", read.completion.length, u8{0});
}

void try_processes_listed(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    const u64 own = debug.id_of(calls.root(ObjectKind::Process));
    // Those of earlier cases may be about to go.
    settled_usage(calls);
    const u64 before = debug.count<::abi::ProcessRecord>(DebugMethod::NextProcess);
    const Outcome made =
        calls.call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreateProcess),
                   ::abi::CreateProcessArguments{.flags = 0});
    checks.equal("next_process", "one more", debug.count<::abi::ProcessRecord>(DebugMethod::NextProcess), before + 1);
    const auto mine = debug.next<::abi::ProcessRecord>(DebugMethod::NextProcess, own - 1);
    checks.equal("next_process", "finds this one", mine.object_id, own);
    checks.equal("next_process", "which runs", mine.reason, 0U);
    checks.that("next_process", "and holds something", mine.capabilities != 0 && mine.budget != 0);
    const u64 id = debug.id_of(made.handle(0));
    const auto other = debug.next<::abi::ProcessRecord>(DebugMethod::NextProcess, id - 1);
    checks.equal("next_process", "finds the new one", other.object_id, id);
    checks.equal("next_process", "which has no thread", other.threads, 0U);
    checks.equal("next_process", "charged to the same", other.budget, mine.budget);
    calls.drop(made.handle(0));
    calls.drop(made.handle(1));
    u64 after = 0;
    rest_until(calls, [&] {
        after = debug.count<::abi::ProcessRecord>(DebugMethod::NextProcess);
        return after == before;
    });
    checks.equal("next_process", "it is gone", after, before);
    checks.equal("next_process", "behind the last", debug.error_of(DebugMethod::NextProcess, ~u64{0}), Error::NotFound);
}

void try_threads_listed(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    const u64 own = debug.id_of(calls.root(ObjectKind::Process));
    u32 running = 0;
    u32 found = 0;
    ::abi::NextThreadArguments next{.after = 0, .process = own};
    for (Outcome one = debug.call(DebugMethod::NextThread, next); one.error == kGood;
         one = debug.call(DebugMethod::NextThread, next)) {
        const auto record = one.answer<::abi::ThreadRecord>();
        checks.that("next_thread", "goes on", record.next > next.after);
        next.after = record.next;
        running += record.condition == static_cast<u32>(::abi::ThreadCondition::Running) ? 1 : 0;
        found += record.object_id == debug.id_of(calls.root(ObjectKind::Thread)) ? 1 : 0;
        const bool is_new = record.condition == static_cast<u32>(::abi::ThreadCondition::New);
        checks.that("next_thread", "that was never started",
                    record.object_id != debug.id_of(calls.root(ObjectKind::Thread)) || is_new);
        checks.that("next_thread", "is of the process", record.object_id == 0 || record.process == own);
    }
    checks.equal("next_thread", "finds the one that runs this", running, 1U);
    checks.equal("next_thread", "and the one that was never started", found, 1U);
    next = {.after = 0, .process = own + (u64{1} << 40)};
    Outcome none = debug.call(DebugMethod::NextThread, next);
    for (; none.error == kGood; none = debug.call(DebugMethod::NextThread, next)) {
        checks.equal("next_thread", "of a process that there is not", none.answer<::abi::ThreadRecord>().object_id, 0U);
        next.after = none.answer<::abi::ThreadRecord>().next;
    }
    checks.equal("next_thread", "of a process that there is not", none.error, Error::NotFound);
}

/// Live capabilities of this process; `view` becomes what is told of `handle`.
u32 count_capabilities(DebugCalls& debug, u64 process, Handle handle, ::abi::CapabilityRecord& view) {
    u32 count = 0;
    ::abi::NextCapabilityArguments next{.process = process, .place = 0};
    for (Outcome one = debug.call(DebugMethod::NextCapability, next); one.error == kGood;
         one = debug.call(DebugMethod::NextCapability, next)) {
        const auto record = one.answer<::abi::CapabilityRecord>();
        next.place = record.next;
        count += record.handle != 0 ? 1 : 0;
        view = record.handle == handle.word() ? record : view;
    }
    return count;
}

void try_capabilities_listed(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    const u64 own = debug.id_of(calls.root(ObjectKind::Process));
    ::abi::CapabilityRecord view{};
    const u32 before = count_capabilities(debug, own, Handle{}, view);
    constexpr u64 kExpiry = 1'000'000'000'000'000;
    const Handle child = calls.derive(debug.memory(), ::abi::kRead | ::abi::kWrite, kExpiry);
    checks.equal("next_capability", "one more", count_capabilities(debug, own, child, view), before + 1);
    checks.equal("next_capability", "finds it", view.handle, child.word());
    checks.equal("next_capability", "its object", view.object_id, debug.id_of(debug.memory()));
    checks.equal("next_capability", "its kind", view.kind, static_cast<u8>(ObjectKind::Memory));
    checks.equal("next_capability", "its permissions", view.permissions, (::abi::kRead | ::abi::kWrite).bits);
    checks.equal("next_capability", "its expiry", view.expiry, kExpiry);
    calls.drop(child);
    checks.equal("next_capability", "it is gone", count_capabilities(debug, own, child, view), before);
    for (const ::abi::NextCapabilityArguments none :
         {::abi::NextCapabilityArguments{.process = 0, .place = 0},
          ::abi::NextCapabilityArguments{.process = ~u64{0}, .place = 0},
          ::abi::NextCapabilityArguments{.process = own, .place = u64{1} << 32},
          ::abi::NextCapabilityArguments{.process = debug.id_of(debug.memory()), .place = 0}}) {
        checks.equal("next_capability", "of what there is not", debug.call(DebugMethod::NextCapability, none).error,
                     Error::NotFound);
    }
}

void try_budgets_listed(Calls& calls, Checks& checks) {
    DebugCalls debug(calls);
    const auto machine = debug.next<::abi::BudgetRecord>(DebugMethod::NextBudget, 0);
    checks.that("next_budget", "the machine's is first", machine.id != 0 && machine.parent == 0);
    const auto own = debug.next<::abi::BudgetRecord>(DebugMethod::NextBudget, machine.id);
    checks.equal("next_budget", "is below it", own.parent, machine.id);
    checks.that("next_budget", "whose counters are in the machine's", machine.memory_bytes >= own.memory_bytes);
    const auto usage =
        calls.call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::Usage))
            .answer<::abi::BudgetUsage>();
    checks.equal("next_budget", "tells what usage() tells", own.capabilities, usage.capabilities);
    checks.equal("next_budget", "of threads too", own.threads, usage.threads);
    checks.that("next_budget", "and the limit", own.threads_limit >= own.threads);
    checks.equal("next_budget", "behind the last", debug.error_of(DebugMethod::NextBudget, ~u64{0}), Error::NotFound);
}

} // namespace

void try_debug(Calls& calls, Checks& checks) {
    try_log(calls, checks);
    try_log_errors(calls, checks);
    try_console(calls, checks);
    try_processes_listed(calls, checks);
    try_threads_listed(calls, checks);
    try_capabilities_listed(calls, checks);
    try_budgets_listed(calls, checks);
}

} // namespace tests::abi
