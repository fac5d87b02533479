// Calls of user code: what arrives, what comes back, and what a switch in between leaves as it was.
#include <array>

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
