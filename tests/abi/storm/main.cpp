// Threads that submit random entries at the same time, to the same objects: on as many processors as there are.
#include <atomic>

#include "abi/arguments.hpp"
#include "base/format.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/abi/calls.hpp"
#include "tests/abi/checks.hpp"
#include "tests/abi/storm/seed.hpp"
#include "tests/abi/storm/storm.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: rings and stacks of threads, at the addresses where the kernel has mapped them.

namespace tests::abi::storm {

namespace {

using ::abi::BudgetMethod;
using ::abi::kDelete;
using ::abi::kExecute;
using ::abi::kGrant;
using ::abi::kRead;
using ::abi::kWrite;

constexpr u32 kThreads = 4;
/// Of each thread; the build says how many.
constexpr u32 kEntries = TESSERA_STORM_ENTRIES;
constexpr u64 kStack = 64 << 10;
constexpr u32 kSubmissions = 16;
constexpr u32 kCompletions = 64;
constexpr u32 kWindow = 16;

struct Shared {
    std::array<Known, 32> known{};
    u32 count = 0;
    u64 seed = 0;
    std::atomic<u32> bad{0};
    std::atomic<u32> still{0};
    std::atomic<u32> successes{0};

    void add(Handle handle, ObjectKind kind, Permissions permissions) {
        known.at(count++) = {handle, kind, permissions};
    }
};

constinit Shared shared;

/// The first function of a thread; its last act is to end itself by a call that never returns.
[[noreturn]] void storm_thread(::abi::RingHeader* header, u64 index, u64 own) {
    const ::abi::RootBlock shape{.magic = 0,
                                 .version = 0,
                                 .count = 0,
                                 .handles = {},
                                 .ring_submissions = kSubmissions,
                                 .ring_completions = kCompletions,
                                 .ring_window = kWindow,
                                 .zero = 0,
                                 .random = {}};
    sdk::runtime::ProgramRing ring(*header, shape);
    constexpr u64 kOdd = 0x9e37'79b9'7f4a'7c15;
    const Handle own_ring{reinterpret_cast<volatile u64*>(own)[1]};
    Storm storm(ring, own_ring, std::span(shared.known).first(shared.count), (shared.seed + kOdd * (index + 1)) | 1);
    const bool is_good = storm.run(kEntries);
    shared.bad += is_good ? 0 : 1;
    shared.still += storm.stands_still() ? 1 : 0;
    shared.successes += storm.successes();
    for (;;) {
        while (ring.front() != nullptr) {
            ring.pop();
        }
        if (ring.has_room()) {
            ::abi::Submission& entry = ring.next();
            entry.capability = *reinterpret_cast<volatile u64*>(own);
            entry.method = method_of(ObjectKind::Thread, ::abi::ThreadMethod::Kill);
            ring.add();
        }
        sdk::runtime::submit(kSubmissions, 0);
    }
}

class Maker {
  public:
    explicit Maker(Calls& calls) : calls_(calls) {}

    /// What the storm may touch: all that can be asked of a process that nobody needs, and of ours what cannot end it.
    void make_targets() {
        constexpr Permissions kAll = ::abi::kAllPermissions;
        const Outcome child =
            calls_.call(calls_.root(ObjectKind::Budget), method_of(ObjectKind::Budget, BudgetMethod::CreateProcess),
                        ::abi::CreateProcessArguments{.flags = 0});
        shared.add(child.handle(0), ObjectKind::Process, kAll);
        shared.add(child.handle(1), ObjectKind::AddressSpace, kAll);
        const Outcome channel =
            calls_.call(calls_.root(ObjectKind::Budget), method_of(ObjectKind::Budget, BudgetMethod::CreateChannel));
        shared.add(channel.handle(0), ObjectKind::ChannelServer, kAll);
        shared.add(channel.handle(1), ObjectKind::ChannelClient, kAll);
        add_less(channel.handle(1), ObjectKind::ChannelClient, kGrant);
        for (const u64 bytes : {u64{4096}, u64{1} << 20}) {
            const Handle memory = calls_.create_memory(bytes);
            shared.add(memory, ObjectKind::Memory, kAll);
            add_less(memory, ObjectKind::Memory, kRead);
            add_less(memory, ObjectKind::Memory, kWrite);
        }
        shared.add(calls_.create(BudgetMethod::CreateEvent), ObjectKind::Event, kAll);
        shared.add(calls_.create(BudgetMethod::CreateTimer), ObjectKind::Timer, kAll);
        add_less(calls_.root(ObjectKind::Budget), ObjectKind::Budget, kRead | kExecute);
        // It may be destroyed, with what was made of it, at any time.
        const Outcome budget = calls_.call(
            calls_.root(ObjectKind::Budget), method_of(ObjectKind::Budget, BudgetMethod::CreateBudget),
            ::abi::CreateBudgetArguments{
                .limits = {.memory_bytes = 1 << 20, .capabilities = ::abi::kNoLimit, .threads = ::abi::kNoLimit},
                .processors = {}});
        shared.add(budget.handle(), ObjectKind::Budget, kAll);
        add_less(calls_.root(ObjectKind::Process), ObjectKind::Process, kRead);
        add_less(calls_.root(ObjectKind::AddressSpace), ObjectKind::AddressSpace, kRead);
        add_less(calls_.root(ObjectKind::Machine), ObjectKind::Machine, kRead);
        add_less(calls_.root(ObjectKind::Debug), ObjectKind::Debug, kRead);
    }

    void add_less(Handle handle, ObjectKind kind, Permissions permissions) {
        shared.add(calls_.derive(handle, permissions), kind, permissions);
    }

    /// A thread on `processor`, if there is such a one; its end is to be waited for.
    Handle start(u64 index) {
        const Outcome ring = calls_.call(
            calls_.root(ObjectKind::Process), method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateRing),
            ::abi::CreateRingArguments{
                .submissions = kSubmissions, .completions = kCompletions, .window = kWindow, .zero = 0, .address = 0});
        const Handle memory = calls_.create_memory(kStack);
        const u64 stack = calls_
                              .call(calls_.root(ObjectKind::AddressSpace),
                                    method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                                    ::abi::MapArguments{.address = 0,
                                                        .offset = 0,
                                                        .bytes = kStack,
                                                        .access = ::abi::kMapRead | ::abi::kMapWrite,
                                                        .flags = 0},
                                    lend(memory))
                              .answer<u64>();
        // The thread's own handle stands at the bottom of its stack, where it looks for it in the end; and its ring's.
        const Outcome made = create_thread(ring, stack, index, index);
        const Outcome thread = made.error == kGood ? made : create_thread(ring, stack, index, ::abi::kAnyProcessor);
        reinterpret_cast<volatile u64*>(stack)[0] = thread.handle().word();
        reinterpret_cast<volatile u64*>(stack)[1] = calls_.derive(ring.handle(), kWrite).word();
        calls_.call(thread.handle(), method_of(ObjectKind::Thread, ::abi::ThreadMethod::Start));
        return thread.handle();
    }

  private:
    Outcome create_thread(const Outcome& ring, u64 stack, u64 index, u64 processor) {
        return calls_.call(calls_.root(ObjectKind::Process),
                           method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateThread),
                           ::abi::CreateThreadArguments{.entry = reinterpret_cast<u64>(&storm_thread),
                                                        .stack = stack + kStack - sizeof(u64),
                                                        .first = ring.answer<u64>(),
                                                        .second = index,
                                                        .third = stack,
                                                        .fourth = 0,
                                                        .processor = processor},
                           lend(ring.handle()));
    }

    Calls& calls_;
};

} // namespace

} // namespace tests::abi::storm

#pragma clang unsafe_buffer_usage end

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    using namespace tests::abi;
    Calls calls(*header, *block);
    DebugSink sink;
    storm::shared.seed = storm::choose_seed(calls, *block);
    base::print(sink, "storm: seed={:#x}\n", storm::shared.seed);
    storm::Maker maker(calls);
    maker.make_targets();
    std::array<Handle, storm::kThreads> threads;
    for (base::u64 index = 0; index < threads.size(); ++index) {
        threads.at(index) = maker.start(index);
    }
    for (const Handle thread : threads) {
        calls.call(thread, method_of(ObjectKind::Thread, ::abi::ThreadMethod::Wait));
    }
    base::print(sink, "storm: {} threads stood still\n", storm::shared.still.load());
    base::print(sink, "storm: {} entries, {} succeeded, {} threads saw what should not be\n",
                storm::kThreads * storm::kEntries, storm::shared.successes.load(), storm::shared.bad.load());
    sdk::runtime::exit(storm::shared.bad.load() == 0 ? 0 : 1);
}
