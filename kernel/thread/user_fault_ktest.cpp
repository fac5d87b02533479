#include "kernel/thread/user_fault.hpp"

#include <array>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::thread {

using arch::FaultAccess;
using arch::FaultKind;
using base::u64;
using testing::LastWords;
using testing::TestSpace;
using testing::UserRoutine;

namespace {

constexpr u64 kPhysicalMap = 0xffff880000000000;

/// Runs `routine` to its end on this processor, beside a thread that only counts.
arch::UserFault fault_of(UserRoutine routine) {
    TestSpace space;
    LastWords words;
    processor::Processor& self = processor::this_processor();
    std::array bystander{
        testing::make_thread(space, self, TestSpace::entry(UserRoutine::Count, 1, TestSpace::shared_address(0)))};
    std::array thread{testing::make_thread(space, self, TestSpace::entry(routine))};
    const bool is_made = testing::are_made(bystander) && testing::are_made(thread);
    EXPECT_TRUE(is_made);
    if (!is_made) {
        return words.fault;
    }
    thread[0]->set_fault_handler(words);
    wake(*thread[0]);
    wake(*bystander[0]);
    EXPECT_TRUE(testing::run_until_gone(thread));
    const u64 counted = space.shared_word(0);

    struct {
        TestSpace& space;
        u64 counted;
    } wanted{space, counted};

    EXPECT_TRUE(testing::run_until(
        [](void* context) {
            const auto& want = *static_cast<decltype(wanted)*>(context);
            return want.space.shared_word(0) > want.counted;
        },
        &wanted));
    EXPECT_TRUE(testing::end_all(bystander));
    return words.fault;
}

void expect_page_fault(UserRoutine routine, u64 address, FaultAccess access, bool present) {
    const arch::UserFault fault = fault_of(routine);
    EXPECT_TRUE(fault.kind == FaultKind::Page);
    EXPECT_EQ(fault.page.address.value(), address);
    EXPECT_TRUE(fault.page.access == access);
    EXPECT_EQ(fault.page.present, present);
}

} // namespace

TEST(UserFaults, EndTheirThreadOnly) {
    EXPECT_TRUE(fault_of(UserRoutine::Invalid).kind == FaultKind::InvalidInstruction);
    EXPECT_TRUE(fault_of(UserRoutine::SingleStep).kind == FaultKind::SingleStep);
    EXPECT_TRUE(fault_of(UserRoutine::Divide).kind == FaultKind::Arithmetic);
    EXPECT_TRUE(fault_of(UserRoutine::Breakpoints).kind == FaultKind::Breakpoint);
    // The processors differ in whether the jump or what follows it is refused.
    const FaultKind nowhere = fault_of(UserRoutine::JumpNowhere).kind;
    EXPECT_TRUE(nowhere == FaultKind::Protection || nowhere == FaultKind::Page);
}

TEST(UserFaults, PageFaultsSayWhatWasTried) {
    expect_page_fault(UserRoutine::Null, 0, FaultAccess::Read, false);
    expect_page_fault(UserRoutine::WriteCode, TestSpace::kCode.value() + testing::offset_of(UserRoutine::Invalid),
                      FaultAccess::Write, true);
    expect_page_fault(UserRoutine::OverflowStack, TestSpace::kStacks.value() - sizeof(u64), FaultAccess::Write, false);
    EXPECT_TRUE(fault_of(UserRoutine::ReadKernel).page.address.value() == kPhysicalMap);
}

TEST(UserFaults, WithoutAHandlerThereIsAReport) {
    TestSpace space;
    std::array threads{testing::make_thread(space, processor::this_processor(), TestSpace::entry(UserRoutine::Null))};
    ASSERT_TRUE(testing::are_made(threads));
    wake(*threads[0]);
    EXPECT_TRUE(testing::run_until_gone(threads));
    base::FixedText<4096> log;
    core::kernel().log.print_tail(log, 1);
    base::FixedText<128> wanted;
    base::print(wanted, "thread {} ended: page fault, read of 0x0, nothing there, rip ", threads[0]->id());
    EXPECT_TRUE(log.view().contains(wanted.view()));
}

TEST(UserFaults, AnNmiFindsTheKernelWhateverTheGsBase) {
    if (core::kernel().processors.count() < 2) {
        return; // nobody to send it
    }
    constexpr u64 kRounds = 50;
    constexpr u64 kStrangeBase = 0xffff'8800'0000'1234; // looks like a kernel's
    TestSpace space;
    LastWords words;
    processor::Processor& other = core::kernel().processors.at(1);
    const bool can_set_base = Arch::user_registers().has_bases;
    std::array threads{testing::make_thread(
        space, other,
        can_set_base ? TestSpace::entry(UserRoutine::Wait, 0, kStrangeBase, TestSpace::shared_address(0),
                                        TestSpace::shared_address(1))
                     : TestSpace::entry(UserRoutine::WaitPlainly, 0, 0, TestSpace::shared_address(0),
                                        TestSpace::shared_address(1)))};
    ASSERT_TRUE(testing::are_made(threads));
    threads[0]->set_fault_handler(words);
    wake(*threads[0]);
    EXPECT_TRUE(testing::run_until([](void* context) { return static_cast<TestSpace*>(context)->shared_word(1) != 0; },
                                   &space));
    for (u64 round = 0; round < kRounds; ++round) {
        other.interrupt_unmaskably();
        EXPECT_TRUE(testing::run_until(
            [](void* context) { return !static_cast<processor::Processor*>(context)->expects_nonmaskable(); }, &other));
    }
    space.set_shared_word(0, 1);
    EXPECT_TRUE(testing::run_until_gone(threads));
    EXPECT_TRUE(words.fault.kind == FaultKind::Protection);
    EXPECT_TRUE(!can_set_base || words.rax == kStrangeBase);
}

} // namespace kernel::thread
