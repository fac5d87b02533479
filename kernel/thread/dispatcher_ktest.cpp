#include "kernel/thread/dispatcher.hpp"

#include <array>
#include <atomic>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "kernel/testing/skip.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::thread {

using base::Nanoseconds;
using base::u64;
using base::usize;
using testing::TestSpace;
using testing::UserRoutine;
using namespace base::literals;

namespace {

processor::Processor& processor_at(usize index) {
    return core::kernel().processors.at(static_cast<base::u32>(index % core::kernel().processors.count()));
}

/// With turns of 1 ms.
OwnedThread make_counter(TestSpace& space, processor::Processor& home, usize number,
                         base::u32 weight = scheduler::kDefaultWeight) {
    auto thread = testing::make_thread(space, home,
                                       TestSpace::entry(UserRoutine::Count, number, TestSpace::shared_address(number)));
    if (thread) {
        static_cast<void>(scheduler::RunQueue::change(thread->own(), scheduler::Parameters::interactive(weight, 1_ms)));
    }
    return thread;
}

/// Each of the threads has counted to `least`.
struct Counts {
    bool reached() const {
        for (usize number = 0; number < threads; ++number) {
            if (space.shared_word(number) < least) {
                return false;
            }
        }
        return true;
    }

    TestSpace& space;
    usize threads;
    u64 least;
};

/// Threads that wake the next one and park, at each breakpoint.
struct Ring final : FaultHandler {
    Disposition handle_fault(Thread& thread, const arch::UserFault& fault) override {
        const usize self = &thread == threads[0] ? 0 : 1;
        if (fault.kind != arch::FaultKind::Breakpoint) {
            ++ended;
            wake(*threads[1 - self]);
            return Disposition::ended();
        }
        ++breakpoints;
        wake(*threads[1 - self]);
        return ended == 0 ? Disposition::parked() : Disposition::done();
    }

    std::array<Thread*, 2> threads{};
    std::atomic<int> ended{0};
    std::atomic<u64> breakpoints{0};
};

void play_ring(processor::Processor& one, processor::Processor& other, u64 rounds) {
    TestSpace space;
    Ring ring;
    std::array threads{testing::make_thread(space, one, TestSpace::entry(UserRoutine::Breakpoints, 0, 0, rounds)),
                       testing::make_thread(space, other, TestSpace::entry(UserRoutine::Breakpoints, 1, 0, rounds))};
    ASSERT_TRUE(testing::are_made(threads));
    for (usize number = 0; number < threads.size(); ++number) {
        threads.at(number)->set_fault_handler(ring);
        ring.threads.at(number) = &*threads.at(number);
    }
    wake(*threads[0]);
    bool are_gone = false;
    // However slow the machine is: it is lost only when nothing goes on.
    for (u64 seen = ~u64{0}; !are_gone && seen != ring.breakpoints.load();) {
        seen = ring.breakpoints.load();
        are_gone = testing::run_until_gone(threads);
    }
    EXPECT_TRUE(are_gone);
    EXPECT_EQ(ring.ended.load(), 2);
    EXPECT_EQ(ring.breakpoints.load(), 2 * rounds);
    if (ring.ended.load() != 2) {
        EXPECT_TRUE(testing::end_all(threads));
    }
}

/// Of threads that may go anywhere; it hears nothing.
class Untied final : public ThreadOwner {
  public:
    void thread_ended(Thread& /*thread*/) override {}

    void thread_suspended(Thread& /*thread*/) override {}

    void thread_rose(Thread& /*thread*/) override {}

    bool may_leave(Thread& /*thread*/) override { return true; }
};

/// What the threads on a processor count together, in default weights.
u64 weight_at(usize index) {
    const ToldLoad& told = processor_at(index).threads.told();
    return (told.weight.load() + told.incoming.load()) / scheduler::kDefaultWeight / scheduler::Context::kWeightScale;
}

} // namespace

TEST(Threads, TakeTurnsOnOneProcessor) {
    processor::Processor& self = processor::this_processor();
    TestSpace space;
    std::array threads{make_counter(space, self, 0), make_counter(space, self, 1), make_counter(space, self, 2),
                       make_counter(space, self, 3)};
    ASSERT_TRUE(testing::are_made(threads));
    const u64 before = self.threads.preemptions();
    for (auto& thread : threads) {
        wake(*thread);
    }

    struct {
        Counts counts;
        u64 preemptions;
    } wanted{{space, threads.size(), 1}, before + 20};

    EXPECT_TRUE(testing::run_until(
        [](void* context) {
            const auto& want = *static_cast<decltype(wanted)*>(context);
            return want.counts.reached() && processor::this_processor().threads.preemptions() >= want.preemptions;
        },
        &wanted));
    EXPECT_TRUE(testing::end_all(threads));
    const u64 counted = space.shared_word(0);
    EXPECT_TRUE(testing::run_until([](void*) { return true; }, nullptr));
    EXPECT_EQ(space.shared_word(0), counted);
}

TEST(Threads, OneAloneIsNotDisturbed) {
    struct Alarm : time::Timer {
        Alarm() : Timer([](time::Timer& timer) { static_cast<Alarm&>(timer).rang = true; }) {}

        bool rang = false;
    } alarm;

    processor::Processor& self = processor::this_processor();
    TestSpace space;
    std::array threads{make_counter(space, self, 0)};
    ASSERT_TRUE(testing::are_made(threads));
    wake(*threads[0]);
    const u64 before = self.timers.interrupts();
    self.timers.arm(alarm, core::kernel().clock.now() + 20_ms);
    self.threads.run_until([](void* context) { return static_cast<Alarm*>(context)->rang; }, &alarm);
    EXPECT_TRUE(self.timers.interrupts() - before <= 3);
    EXPECT_TRUE(testing::end_all(threads));
}

TEST(Threads, ShareAProcessorByTheirWeights) {
    processor::Processor& self = processor::this_processor();
    TestSpace space;
    std::array threads{make_counter(space, self, 0), make_counter(space, self, 1, 3 * scheduler::kDefaultWeight)};
    ASSERT_TRUE(testing::are_made(threads));
    for (auto& thread : threads) {
        wake(*thread);
    }
    EXPECT_TRUE(testing::run_until(
        [](void* context) {
            const auto& both = *static_cast<decltype(threads)*>(context);
            return both[0]->own().used() + both[1]->own().used() >= 120_ms;
        },
        &threads));
    EXPECT_TRUE(threads[1]->own().used() >= 2 * threads[0]->own().used());
    EXPECT_TRUE(threads[1]->own().used() <= 4 * threads[0]->own().used());
    EXPECT_TRUE(testing::end_all(threads));
}

TEST(Threads, RunOnAllProcessors) {
    TestSpace space;
    std::array threads{make_counter(space, processor_at(0), 0), make_counter(space, processor_at(1), 1),
                       make_counter(space, processor_at(2), 2), make_counter(space, processor_at(3), 3)};
    ASSERT_TRUE(testing::are_made(threads));
    for (auto& thread : threads) {
        wake(*thread);
    }
    Counts counts{space, threads.size(), 1000};
    EXPECT_TRUE(testing::run_until([](void* context) { return static_cast<Counts*>(context)->reached(); }, &counts));
    EXPECT_TRUE(testing::end_all(threads));
}

TEST(Threads, WhoseTurnIsOverIsAmongThoseThatMayGo) {
    constexpr base::u32 kHere = 0;
    TestSpace space;
    std::array threads{make_counter(space, processor_at(kHere), 0), make_counter(space, processor_at(kHere), 1)};
    ASSERT_TRUE(testing::are_made(threads));
    ThreadQueue queue(core::kernel().clock);
    const auto count = [&queue] {
        return queue.candidates(kHere, [](const Thread&) { return true; }).weights().size();
    };
    EXPECT_FALSE(queue.add(*threads[0], nullptr));
    EXPECT_FALSE(queue.add(*threads[1], nullptr));
    Thread* const running = queue.take();
    ASSERT_TRUE(running != nullptr);
    EXPECT_EQ(count(), 1U);
    queue.put_back(*running);
    EXPECT_EQ(count(), 2U);
    for (auto& thread : threads) {
        queue.remove(*thread);
    }
}

// 8 + 8 and 4 + 4 + 2 + 2: no thread alone makes that more equal, 8 for 4 + 2 does.
TEST(Threads, AreExchangedUntilTheLoadsAreEqual) {
    if (core::kernel().processors.count() == 1) {
        testing::print_skipped("nothing to exchange with");
        return;
    }
    TestSpace space;
    Untied owner;
    const auto make = [&space](usize home, usize number, base::u32 weight) {
        return make_counter(space, processor_at(home), number, weight * scheduler::kDefaultWeight);
    };
    std::array threads{make(0, 0, 8), make(0, 1, 8), make(1, 2, 4), make(1, 3, 4), make(1, 4, 2), make(1, 5, 2)};
    ASSERT_TRUE(testing::are_made(threads));
    for (auto& thread : threads) {
        thread->set_owner(owner);
        wake(*thread);
    }
    Counts counts{space, threads.size(), 1};
    EXPECT_TRUE(testing::run_until([](void* context) { return static_cast<Counts*>(context)->reached(); }, &counts));
    EXPECT_EQ(weight_at(0), 16U);
    EXPECT_EQ(weight_at(1), 12U);
    cpu_set::CpuSet both;
    both.add(0);
    both.add(1);
    for (auto& thread : threads) {
        move(*thread, both);
    }
    EXPECT_TRUE(testing::run_until([](void*) { return weight_at(0) == 14 && weight_at(1) == 14; }, nullptr));
    EXPECT_TRUE(testing::end_all(threads));
}

TEST(Threads, NoWakeUpIsLost) {
    constexpr u64 kRounds = 10'000;
    play_ring(processor_at(0), processor_at(1), kRounds);
    play_ring(processor_at(1), processor_at(2), kRounds / 10);
    play_ring(processor_at(0), processor_at(0), kRounds / 10);
}

TEST(Threads, AFaultCanWaitForAnotherProcessor) {
    TestSpace space;
    space.parks = true;
    testing::LastWords words;
    constexpr u64 kPages = 4;
    std::array threads{testing::make_thread(
        space, processor_at(1), TestSpace::entry(UserRoutine::Touch, 0, TestSpace::kOnDemand.value(), kPages))};
    ASSERT_TRUE(testing::are_made(threads));
    threads[0]->set_fault_handler(words);
    wake(*threads[0]);
    for (u64 page = 1; page <= kPages; ++page) {
        struct {
            TestSpace& space;
            u64 faults;
            Thread& thread;
        } wanted{space, page, *threads[0]};

        EXPECT_TRUE(testing::run_until(
            [](void* context) {
                const auto& want = *static_cast<decltype(wanted)*>(context);
                return want.thread.state() == ThreadState::Parked && want.space.faults == want.faults;
            },
            &wanted));
        wake(*threads[0]);
    }
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_EQ(space.faults, kPages);
    EXPECT_TRUE(words.fault.kind == arch::FaultKind::Protection);
}

TEST(Threads, AnEntryOutsideTheUserHalfIsRefused) {
    TestSpace space;
    const auto used = core::kernel().frames.used();
    const Arch::UserEntry entry{.code = base::VirtualAddress{0x7fff'ffff'f000}, .stack = base::VirtualAddress{0}};
    const auto made = Thread::create(space, processor::this_processor(), entry, core::kernel().frames);
    ASSERT_FALSE(made.has_value());
    EXPECT_TRUE(made.error() == base::Error::InvalidArgument);
    EXPECT_EQ(core::kernel().frames.used().value(), used.value());
}

TEST(Threads, LeaveNothingBehind) {
    const u64 rounds = sanitizer::name() == "KASAN" ? 200 : 10'000;
    processor::Processor& self = processor::this_processor();
    const auto used = core::kernel().frames.used();
    for (u64 round = 0; round < rounds; ++round) {
        TestSpace space;
        testing::LastWords words;
        auto thread = testing::make_thread(space, self, TestSpace::entry(UserRoutine::Invalid));
        ASSERT_TRUE(static_cast<bool>(thread));
        thread->set_fault_handler(words);
        wake(*thread);
        self.threads.run_until([](void* context) { return static_cast<Thread*>(context)->is_gone(); }, &*thread);
        EXPECT_TRUE(words.fault.kind == arch::FaultKind::InvalidInstruction);
    }
    EXPECT_EQ(core::kernel().frames.used().value(), used.value());
}

} // namespace kernel::thread
