// Classes, weights and processors of threads.
#include <algorithm>
#include <bit>

#include "tests/abi/budget/budget_calls.hpp"
#include "tests/abi/cases.hpp"
#include "tests/abi/device/devices.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

namespace {

using ::abi::AffinityMask;
using ::abi::SchedulingArguments;
using ::abi::SchedulingClass;
using ::abi::ThreadMethod;
using ::abi::ThreadScheduling;

constexpr u64 kMillisecond = 1'000'000;
constexpr u32 kWeight = 1024;
constexpr u64 kProcessors = 512;

constexpr u16 thread_method(ThreadMethod method) { return method_of(ObjectKind::Thread, method); }

constexpr SchedulingArguments fair(SchedulingClass of, u32 weight = kWeight, u64 slice = 0) {
    return {static_cast<u32>(of), 0, weight, 0, slice};
}

constexpr SchedulingArguments real_time(SchedulingClass of, u32 priority, u64 slice = 0) {
    return {static_cast<u32>(of), priority, 0, 0, slice};
}

constexpr AffinityMask only(u64 processor) {
    AffinityMask mask{};
    mask.words.at(processor / 64) = u64{1} << processor % 64;
    return mask;
}

constexpr AffinityMask kAll{{~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}, ~u64{0}}};

/// Threads that count, each in a word of its own of the shared page.
class Counters {
  public:
    Counters(Children& children, Checks& checks)
        : children_(children), calls_(children.calls()), checks_(checks), child_(children.create()) {}

    /// Not started.
    Handle create(u64 number, u64 processor = 0) {
        return children_
            .create_thread(
                child_,
                {.routine = Routine::Spin, .first = Children::kBoard + sizeof(u64) * number, .processor = processor})
            .handle();
    }

    /// Scheduled so, and started.
    Handle start(u64 number, const SchedulingArguments& arguments, u64 processor = 0) {
        const Handle thread = create(number, processor);
        checks_.equal("set_scheduling", "a new one", set(thread, arguments), kGood);
        checks_.equal("start", "it", children_.thread_call(thread, ThreadMethod::Start), kGood);
        return thread;
    }

    Error set(Handle thread, const SchedulingArguments& arguments) {
        return calls_.call(thread, thread_method(ThreadMethod::SetScheduling), arguments).error;
    }

    Error move(Handle thread, const AffinityMask& mask) {
        return calls_.call(thread, thread_method(ThreadMethod::SetAffinity), mask).error;
    }

    ThreadScheduling look(Handle thread) {
        return calls_.call(thread, thread_method(ThreadMethod::Scheduling)).answer<ThreadScheduling>();
    }

    [[nodiscard]] auto& count(u64 number) const { return children_.board(number); }

    /// This thread runs on.
    void work(u64 span) {
        const u64 end = calls_.now() + span;
        while (calls_.now() < end) {
        }
    }

    void sleep(u64 span) { tests::abi::sleep(calls_, span); }

    template <class Holds>
    bool comes_true(Holds holds) {
        return tests::abi::comes_true(calls_, holds);
    }

    void end(Handle thread) {
        children_.thread_call(thread, ThreadMethod::Kill);
        children_.wait_for_thread(thread);
        calls_.drop(thread);
    }

    ~Counters() {
        children_.kill(child_);
        children_.wait(child_);
        children_.drop(child_);
    }

    Counters(const Counters&) = delete;
    Counters& operator=(const Counters&) = delete;

  private:
    Children& children_;
    Calls& calls_;
    Checks& checks_;
    Child child_;
};

struct Wrong {
    std::string_view what;
    SchedulingArguments arguments;
};

constexpr SchedulingArguments kUnlike{static_cast<u32>(SchedulingClass::Batch), 0, 512, 0, 50 * kMillisecond};

constexpr std::array kWrong{
    Wrong{"no class", {5, 0, kWeight, 0, 0}},
    Wrong{"a class beyond a byte", {0x102, 0, kWeight, 0, 0}},
    Wrong{"no weight", fair(SchedulingClass::Interactive, 0)},
    Wrong{"too much weight", fair(SchedulingClass::Batch, 65'537)},
    Wrong{"a priority of a fair class", {static_cast<u32>(SchedulingClass::Idle), 1, kWeight, 0, 0}},
    Wrong{"priority 0", real_time(SchedulingClass::Fifo, 0)},
    Wrong{"priority 100", real_time(SchedulingClass::RoundRobin, 100)},
    Wrong{"a priority beyond a byte", real_time(SchedulingClass::RoundRobin, 0x101)},
    Wrong{"a weight of real time", {static_cast<u32>(SchedulingClass::Fifo), 1, 1, 0, 0}},
    Wrong{"a slice of Fifo", real_time(SchedulingClass::Fifo, 1, kMillisecond)},
    Wrong{"too short a slice", fair(SchedulingClass::Interactive, kWeight, 99'999)},
    Wrong{"too long a slice", fair(SchedulingClass::Batch, kWeight, 1'000 * kMillisecond + 1)},
    Wrong{"what is not zero", {static_cast<u32>(SchedulingClass::Batch), 0, kWeight, 1, 0}},
};

void try_wrong_ones(Children& children, Checks& checks) {
    Counters counters(children, checks);
    const Handle thread = counters.create(0);
    const ThreadScheduling first = counters.look(thread);
    checks.equal("scheduling", "class of a new one", first.scheduling_class,
                 static_cast<u32>(SchedulingClass::Interactive));
    checks.equal("scheduling", "weight of a new one", first.weight, kWeight);
    checks.equal("scheduling", "what a new one used", first.used, 0U);
    checks.equal("set_scheduling", "right", counters.set(thread, kUnlike), kGood);
    for (const auto& [what, arguments] : kWrong) {
        checks.equal("set_scheduling", what, counters.set(thread, arguments), Error::InvalidArgument);
    }
    const ThreadScheduling told = counters.look(thread);
    checks.that("set_scheduling", "wrong, changes nothing",
                told.scheduling_class == kUnlike.scheduling_class && told.weight == kUnlike.weight &&
                    told.priority == 0 && told.slice == kUnlike.slice);
    checks.equal("set_affinity", "to nothing", counters.move(thread, {}), Error::InvalidArgument);
    checks.equal("set_affinity", "to what is not there", counters.move(thread, only(kProcessors - 1)),
                 Error::InvalidArgument);
    checks.equal("set_affinity", "to all", counters.move(thread, kAll), kGood);
    const auto mask = children.calls().call(thread, thread_method(ThreadMethod::Affinity)).answer<AffinityMask>();
    checks.that("affinity", "all", mask.words == kAll.words);
    counters.end(thread);
}

void try_ended_one(Children& children, Checks& checks) {
    Counters counters(children, checks);
    const Handle thread = counters.start(0, fair(SchedulingClass::Interactive));
    checks.that("a counter", "counts", counters.comes_true([&] { return counters.count(0) != 0; }));
    children.thread_call(thread, ThreadMethod::Kill);
    children.wait_for_thread(thread);
    const u64 used = counters.look(thread).used;
    checks.that("scheduling", "what one used that has ended", used != 0 && used < 60'000 * kMillisecond);
    checks.equal("set_scheduling", "one that has ended", counters.set(thread, kUnlike), Error::BadState);
    checks.equal("set_affinity", "one that has ended", counters.move(thread, kAll), Error::BadState);
    counters.end(thread);
}

/// Only what the first program's own budget pays for may run in real time.
void try_poor_one(Children& children, Checks& checks) {
    Calls& calls = children.calls();
    BudgetCalls budgets(calls);
    const Handle budget = budgets.create();
    const Handle process = calls.call(budget, BudgetCalls::method(::abi::BudgetMethod::CreateProcess), u64{0}).handle();
    ::abi::Submission entry = Calls::with(
        process, method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateThread),
        ::abi::CreateThreadArguments{
            .entry = Children::kCode, .stack = 0, .first = 0, .second = 0, .third = 0, .fourth = 0, .processor = 0});
    entry.slots = 1;
    const Handle thread = calls.send(entry).handle();
    const auto error_of = [&](const SchedulingArguments& arguments) {
        return calls.call(thread, thread_method(ThreadMethod::SetScheduling), arguments).error;
    };
    checks.equal("set_scheduling", "real time of another budget", error_of(real_time(SchedulingClass::Fifo, 1)),
                 Error::AccessDenied);
    checks.equal("set_scheduling", "wrong, of another budget", error_of(real_time(SchedulingClass::Fifo, 0)),
                 Error::InvalidArgument);
    checks.equal("set_scheduling", "batch of another budget", error_of(fair(SchedulingClass::Batch)), kGood);
    for (const Handle handle : {thread, process}) {
        calls.drop(handle);
    }
    checks.equal("destroy", "the budget", budgets.end(budget), kGood);
}

/// This thread is interactive, and on the same processor.
void try_lower_classes(Children& children, Checks& checks) {
    for (const SchedulingClass of : {SchedulingClass::Idle, SchedulingClass::Batch}) {
        Counters counters(children, checks);
        counters.count(0) = 0;
        const Handle thread = counters.start(0, fair(of));
        counters.work(30 * kMillisecond);
        checks.equal("a lower class", "waits for an interactive thread", counters.count(0), 0U);
        checks.that("a lower class", "runs when that sleeps",
                    counters.comes_true([&] { return counters.count(0) != 0; }));
        const u64 counted = counters.count(0);
        counters.work(30 * kMillisecond);
        checks.equal("a lower class", "gives way when it wakes", counters.count(0), counted);
        checks.equal("set_scheduling", "one that waits", counters.set(thread, fair(SchedulingClass::Interactive)),
                     kGood);
        for (int turns = 0; turns < 20 && counters.count(0) == counted; ++turns) {
            counters.work(50 * kMillisecond);
        }
        checks.that("an interactive thread", "has its turn beside this", counters.count(0) != counted);
        counters.end(thread);
    }
}

void try_weights(Children& children, Checks& checks) {
    Counters counters(children, checks);
    const Handle light = counters.start(0, fair(SchedulingClass::Interactive, kWeight));
    const Handle heavy = counters.start(1, fair(SchedulingClass::Interactive, 3 * kWeight));
    counters.sleep(20 * kMillisecond);
    const u64 light_before = counters.look(light).used;
    const u64 heavy_before = counters.look(heavy).used;
    // What is not exact is bounded: it becomes less with the time.
    const auto is_three_to_one = [&] {
        counters.sleep(400 * kMillisecond);
        const u64 light_used = counters.look(light).used - light_before;
        const u64 heavy_used = counters.look(heavy).used - heavy_before;
        return heavy_used * 10 >= light_used * 27 && heavy_used * 10 <= light_used * 33;
    };
    checks.that("three times the weight", "has three times the time", counters.comes_true(is_three_to_one));
    checks.equal("set_scheduling", "one that runs",
                 counters.set(light, fair(SchedulingClass::Interactive, 16 * kWeight)), kGood);
    const u64 before = counters.look(heavy).used;
    const u64 light_then = counters.look(light).used;
    checks.that("less weight", "has less from then on", counters.comes_true([&] {
        counters.sleep(200 * kMillisecond);
        return (counters.look(heavy).used - before) * 3 < counters.look(light).used - light_then;
    }));
    counters.end(light);
    counters.end(heavy);
}

/// Together they keep their processor, but for the part that others are left.
void try_real_time(Children& children, Checks& checks) {
    Counters counters(children, checks);
    counters.count(0) = 0;
    counters.count(1) = 0;
    const Handle low = counters.create(0);
    const Handle high = counters.create(1);
    counters.set(low, real_time(SchedulingClass::Fifo, 5));
    counters.set(high, real_time(SchedulingClass::Fifo, 6));
    children.thread_call(high, ThreadMethod::Start);
    children.thread_call(low, ThreadMethod::Start);
    const u64 begin = children.calls().now();
    const u64 used = counters.look(high).used;
    checks.that("real time", "has most of its processor, and leaves a part", counters.comes_true([&] {
        counters.work(500 * kMillisecond);
        const u64 passed = children.calls().now() - begin;
        const u64 share = (counters.look(high).used - used) * 100 / passed;
        return share >= 85 && share <= 96;
    }));
    checks.equal("real time", "of less priority waits", counters.count(0), 0U);
    checks.equal("set_scheduling", "the first gives way", counters.set(high, fair(SchedulingClass::Batch)), kGood);
    checks.that("real time", "the next comes then", counters.comes_true([&] { return counters.count(0) != 0; }));
    const u64 counted = counters.count(1);
    counters.work(100 * kMillisecond);
    checks.equal("batch", "waits for real time and this", counters.count(1), counted);
    counters.end(low);
    counters.end(high);
}

void try_turns_of_real_time(Children& children, Checks& checks) {
    Counters counters(children, checks);
    const SchedulingArguments turns = real_time(SchedulingClass::RoundRobin, 7, kMillisecond);
    const Handle first = counters.create(0);
    const Handle second = counters.create(1);
    for (const Handle thread : {first, second}) {
        counters.set(thread, turns);
        children.thread_call(thread, ThreadMethod::Start);
    }
    const u64 a_before = counters.look(first).used;
    const u64 b_before = counters.look(second).used;
    checks.that("round robin", "takes turns", counters.comes_true([&] {
        counters.work(300 * kMillisecond);
        const u64 a = counters.look(first).used - a_before;
        const u64 b = counters.look(second).used - b_before;
        return a * 5 > b * 4 && b * 5 > a * 4;
    }));
    counters.end(first);
    counters.end(second);
}

u64 processors(Calls& calls) {
    u64 count = 1;
    Devices devices(calls);
    while (count < kProcessors) {
        const Outcome made = devices.create_message(count);
        if (made.error != kGood) {
            break;
        }
        calls.drop(made.handle());
        ++count;
    }
    return count;
}

void try_moving(Children& children, Checks& checks, u64 there) {
    Counters counters(children, checks);
    const Handle thread = counters.start(0, fair(SchedulingClass::Interactive), ::abi::kAnyProcessor);
    for (const u64 processor : {u64{1}, u64{0}, there - 1, u64{0}}) {
        checks.equal("set_affinity", "one that runs", counters.move(thread, only(processor)), kGood);
        checks.that("a moved thread", "goes there",
                    counters.comes_true([&] { return counters.look(thread).processor == processor; }));
        const u64 counted = counters.count(0);
        checks.that("a moved thread", "goes on", counters.comes_true([&] { return counters.count(0) != counted; }));
        checks.equal("a moved thread", "stays", counters.look(thread).processor, processor);
    }
    counters.end(thread);
}

/// As many as there are processors, but this one.
void try_spreading(Children& children, Checks& checks, u64 there) {
    Counters counters(children, checks);
    const u64 count = std::min<u64>(there - 1, 3);
    std::array<Handle, 4> threads{};
    for (u64 index = 0; index <= count; ++index) {
        threads.at(index) = counters.start(index, fair(SchedulingClass::Interactive), ::abi::kAnyProcessor);
    }
    const auto all_count = [&] {
        bool all = true;
        for (u64 index = 0; index <= count; ++index) {
            all = all && counters.count(index) != 0;
        }
        return all;
    };
    checks.that("new threads", "all run", counters.comes_true(all_count));
    // This one works: who waits is taken by those who have nothing to do.
    counters.end(threads.at(count));
    u64 used = 0;
    const auto run_alone = [&] {
        counters.work(100 * kMillisecond);
        used = 0;
        for (u64 index = 0; index < count; ++index) {
            used |= u64{1} << counters.look(threads.at(index)).processor;
        }
        return static_cast<u64>(std::popcount(used)) == count && (used & 1) == 0;
    };
    checks.that("as many threads as idle processors", "have one each", counters.comes_true(run_alone));
    for (u64 index = 0; index < count; ++index) {
        counters.end(threads.at(index));
    }
}

} // namespace

void try_scheduling(Calls& calls, Checks& checks) {
    Children children(calls);
    try_wrong_ones(children, checks);
    try_ended_one(children, checks);
    try_poor_one(children, checks);
    try_lower_classes(children, checks);
    try_weights(children, checks);
    try_real_time(children, checks);
    try_turns_of_real_time(children, checks);
    if (const u64 there = processors(calls); there > 1) {
        try_moving(children, checks, there);
        try_spreading(children, checks, there);
    }
    children.end();
}

} // namespace tests::abi
