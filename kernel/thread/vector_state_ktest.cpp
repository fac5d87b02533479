// Registers of threads that are interrupted again and again are theirs alone.
#include <array>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::thread {

using base::u64;
using base::usize;
using testing::LastWords;
using testing::TestSpace;
using testing::UserRoutine;
using namespace base::literals;

namespace {

u64 what_there_is() {
    const auto registers = Arch::user_registers();
    return (registers.has_avx2 ? u64{testing::kKeepAvx2} : 0) | (registers.has_avx512 ? u64{testing::kKeepAvx512} : 0) |
           (registers.has_bases ? u64{testing::kKeepBases} : 0) | (registers.has_keys ? u64{testing::kKeepKeys} : 0);
}

} // namespace

TEST(VectorState, SurvivesPreemptionAndDoesNotLeak) {
    constexpr usize kThreads = 3;
    constexpr u64 kRounds = 10'000;
    processor::Processor& self = processor::this_processor();
    TestSpace space;
    std::array<LastWords, kThreads> words;
    const auto make = [&](usize number) {
        return testing::make_thread(space, self,
                                    TestSpace::entry(UserRoutine::Keep, number,
                                                     0x1111'0000'0000 * (number + 1) + number, kRounds,
                                                     what_there_is()));
    };
    std::array threads{make(0), make(1), make(2)};
    ASSERT_TRUE(testing::are_made(threads));
    for (usize number = 0; number < kThreads; ++number) {
        threads.at(number)->set_fault_handler(words.at(number));
        const auto often = scheduler::Parameters::interactive(scheduler::kDefaultWeight, scheduler::kShortestSlice);
        ASSERT_TRUE(scheduler::RunQueue::change(threads.at(number)->own(), often).has_value());
    }
    const u64 before = self.threads.preemptions();
    for (auto& thread : threads) {
        wake(*thread);
    }
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_TRUE(self.threads.preemptions() - before >= 20);
    for (const LastWords& last : words) {
        EXPECT_TRUE(last.fault.kind == arch::FaultKind::Protection);
        EXPECT_EQ(last.rax, 0U);
    }
}

} // namespace kernel::thread
