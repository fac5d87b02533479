// Calls of user code: what arrives, what comes back, and what a switch in between leaves as it was.
#include <array>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::thread {

using base::u64;
using testing::LastWords;
using testing::TestSpace;
using testing::UserRoutine;

namespace {

constexpr u64 kNumber = 0x77;
constexpr u64 kDefaultControl = 0x1f80;
constexpr u64 kRoundToZero = 0x7f80;

/// Answers as user_code.S expects; with two threads the processor changes hands at each call.
struct Answers final : CallHandler {
    Disposition handle_call(Thread& thread) override {
        const auto call = Arch::user_call(thread.context());
        is_right = is_right && call.number == kNumber &&
                   std::array{call.arguments[1], call.arguments[2], call.arguments[3], call.arguments[4],
                              call.arguments[5]} == std::array<u64, 5>{2, 3, 4, 5, 6};
        ++calls;
        Arch::finish_call(thread.context(), call.arguments[0] + 100);
        Thread* const next = &thread == first ? second : first;
        return next != nullptr && next->state() == ThreadState::Parked ? Disposition::switch_to(*next)
                                                                       : Disposition::done();
    }

    bool is_right = true;
    u64 calls = 0;
    Thread* first = nullptr;
    Thread* second = nullptr;
};

struct Alarm : time::Timer {
    explicit Alarm(Thread& whom)
        : Timer([](time::Timer& timer) { wake(static_cast<Alarm&>(timer).thread); }), thread(whom) {}

    Thread& thread;
};

/// Whoever calls gives the processor to the server, as long as that waits; `alarm` rings a while later.
struct Lends final : CallHandler {
    explicit Lends(Thread& whom, Alarm* later = nullptr) : server(whom), alarm(later) {}

    Disposition handle_call(Thread& thread) override {
        constexpr base::Nanoseconds kLater{2'000'000};
        Arch::finish_call(thread.context(), Arch::user_call(thread.context()).arguments[0] + 100);
        if (&thread == &server || server.state() != ThreadState::Parked) {
            return Disposition::done();
        }
        if (alarm != nullptr) {
            processor::this_processor().timers.arm(*alarm, core::kernel().clock.now() + kLater);
        }
        return Disposition::switch_to(server);
    }

    Thread& server;
    Alarm* alarm;
};

OwnedThread make_caller(TestSpace& space, base::usize stack, u64 rounds, u64 control, LastWords& words) {
    auto thread = testing::make_thread(space, processor::this_processor(),
                                       TestSpace::entry(UserRoutine::Call, stack, rounds, control));
    if (thread) {
        thread->set_fault_handler(words);
    }
    return thread;
}

} // namespace

TEST(Calls, ArriveAndReturn) {
    constexpr u64 kRounds = 1000;
    TestSpace space;
    LastWords words;
    Answers answers;
    std::array threads{make_caller(space, 0, kRounds, kRoundToZero, words)};
    ASSERT_TRUE(testing::are_made(threads));
    threads[0]->set_call_handler(answers);
    wake(*threads[0]);
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_TRUE(answers.is_right);
    EXPECT_EQ(answers.calls, kRounds);
    EXPECT_EQ(words.rax, 0U);
}

TEST(Calls, AreOnTheAccountOfWhoCalled) {
    constexpr u64 kRounds = 500;
    constexpr base::Nanoseconds kNone{0};
    TestSpace space;
    std::array<LastWords, 2> words;
    std::array client{make_caller(space, 0, kRounds, kDefaultControl, words[0])};
    std::array server{make_caller(space, 1, kRounds, kDefaultControl, words[1])};
    ASSERT_TRUE(testing::are_made(client) && testing::are_made(server));
    Lends handler(*server[0]);
    client[0]->set_call_handler(handler);
    server[0]->set_call_handler(handler);
    wake(*client[0]);
    EXPECT_TRUE(testing::run_until_gone(server));
    EXPECT_TRUE(server[0]->own().used() == kNone && server[0]->time_for_others() != kNone);
    EXPECT_TRUE(client[0]->own().used() == server[0]->time_for_others());
    EXPECT_TRUE(client[0]->state() == ThreadState::Parked && !client[0]->own().is_queued());
    wake(*client[0]);
    EXPECT_TRUE(testing::run_until_gone(client));
    EXPECT_TRUE(client[0]->own_time() != kNone && client[0]->own().used() > client[0]->own_time());
}

TEST(Calls, ACallerThatIsWokenMeanwhileHasItsOwnAgain) {
    constexpr base::Nanoseconds kNone{0};
    TestSpace space;
    std::array<LastWords, 2> words;
    std::array client{make_caller(space, 0, 1, kDefaultControl, words[0])};
    const auto counts = TestSpace::entry(UserRoutine::Count, 1, TestSpace::shared_address(1));
    std::array server{testing::make_thread(space, processor::this_processor(), counts)};
    ASSERT_TRUE(testing::are_made(client) && testing::are_made(server));
    server[0]->set_fault_handler(words[1]);
    Alarm alarm(*client[0]);
    Lends handler(*server[0], &alarm);
    client[0]->set_call_handler(handler);
    wake(*client[0]);
    EXPECT_TRUE(testing::run_until_gone(client)); // the server never waits
    EXPECT_TRUE(server[0]->time_for_others() != kNone && server[0]->own().used() != kNone);
    EXPECT_TRUE(testing::end_all(server));
}

TEST(Calls, LeaveEachThreadItsOwn) {
    constexpr u64 kRounds = 500;
    TestSpace space;
    std::array<LastWords, 2> words;
    Answers answers;
    std::array threads{make_caller(space, 0, kRounds, kRoundToZero, words[0]),
                       make_caller(space, 1, kRounds, kDefaultControl, words[1])};
    ASSERT_TRUE(testing::are_made(threads));
    for (auto& thread : threads) {
        thread->set_call_handler(answers);
    }
    answers.first = &*threads[0];
    answers.second = &*threads[1];
    wake(*threads[0]);
    EXPECT_TRUE(testing::run_until([](void* context) { return static_cast<Answers*>(context)->calls == 2 * kRounds; },
                                   &answers));
    EXPECT_TRUE(answers.is_right);
    // The first ends while the second is parked in its last call.
    wake(*threads[1]);
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_EQ(words[0].rax, 0U);
    EXPECT_EQ(words[1].rax, 0U);
}

TEST(Calls, WithoutAHandlerEndTheThread) {
    TestSpace space;
    LastWords words;
    std::array threads{make_caller(space, 0, 1, kDefaultControl, words)};
    ASSERT_TRUE(testing::are_made(threads));
    wake(*threads[0]);
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_TRUE(words.fault.code == 0);
}

} // namespace kernel::thread
