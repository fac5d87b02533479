// Pagers that answer well, late, with an error, with nonsense, and not at all.
#include "kernel/object/test_pager.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Fault;
using base::Error;
using base::PhysicalAddress;
using memory_object::Supply;
using memory_object::Want;

namespace {

constexpr base::Bytes kPage = TestPager::kPage;

} // namespace

TEST(Pager, AGoodOneAnswersAndTheFaultIsDone) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait wait;
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.space->fault(pager.start + kPage * 3, Fault::Read, wait) == FaultResult::Waiting);
    TestPager::await(wait);
    EXPECT_EQ(wait.error, Error{});
    EXPECT_EQ(pager.last_page, 3U);
    EXPECT_TRUE(pager.space->fault(pager.start + kPage * 3, Fault::Read, wait) == FaultResult::Ready);
    EXPECT_EQ(pager.requests, 1U);
}

TEST(Pager, TheFirstWriteIsAFaultOfItsOwn) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait wait;
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, wait) == FaultResult::Waiting);
    TestPager::await(wait);
    pager.answers_at_once = false;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Write, wait) == FaultResult::Waiting);
    EXPECT_EQ(pager.requests, 2U);
    ASSERT_TRUE(pager.memory->grant_writing(0, 1).has_value());
    TestPager::await(wait);
    EXPECT_TRUE(pager.space->fault(pager.start, Fault::Write, wait) == FaultResult::Ready);
}

TEST(Pager, ALateOneIsAskedOnceForAll) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait first;
    TestWait second;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, first) == FaultResult::Waiting);
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, second) == FaultResult::Waiting);
    EXPECT_EQ(pager.requests, 1U);
    pager.answer(0, Want::Read);
    TestPager::await(first);
    if (second.resumed == 0) {
        TestPager::await(second);
    }
    EXPECT_EQ(first.error, Error{});
    EXPECT_EQ(second.error, Error{});
}

TEST(Pager, ARefusalReachesWhoWaits) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait wait;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, wait) == FaultResult::Waiting);
    pager.memory->refuse(0, 1, Error::DeviceError);
    TestPager::await(wait);
    EXPECT_EQ(wait.error, Error::DeviceError);
}

TEST(Pager, OneThatLiesAboutLengthIsRefusedAndTheDeadlineEndsTheWait) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait wait;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, wait) == FaultResult::Waiting);
    std::array<PhysicalAddress, 17> frames{};
    frames.fill(PhysicalAddress{0x1000});
    EXPECT_EQ(pager.memory->supply(0, frames, Supply::Given, Want::Read).error(), Error::OutOfRange);
    EXPECT_EQ(pager.memory->supply(16, std::span(frames).first(1), Supply::Given, Want::Read).error(),
              Error::OutOfRange);
    EXPECT_EQ(wait.resumed, 0U);
    TestPager::await(wait);
    EXPECT_EQ(wait.error, Error::TimedOut);
}

TEST(Pager, ADeadOneEndsWaitsNowAndLater) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    TestWait wait;
    ASSERT_TRUE(pager.space->fault(pager.start, Fault::Read, wait) == FaultResult::Waiting);
    pager.memory->close_source();
    TestPager::await(wait);
    EXPECT_EQ(wait.error, Error::PeerClosed);
    EXPECT_EQ(pager.space->fault(pager.start, Fault::Read, wait).error(), Error::PeerClosed);
}

TEST(Pager, WithdrawnPagesAreToldOfAndComeAgain) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(0, Fault::Write) && pager.touch(1, Fault::Read));
    const base::u32 requests = pager.requests;
    TestSweep sweep;
    base::u64 seen = 0;
    base::u64 dirty = 0;
    const auto progress =
        pager.memory->withdraw(0, TestPager::kPages, sweep, [&](base::u64 page, memory_object::Word word) {
            seen |= base::u64{1} << page;
            dirty += word.is_dirty() ? 1 : 0;
        });
    ASSERT_TRUE(progress.has_value());
    EXPECT_EQ(progress->next, TestPager::kPages);
    EXPECT_EQ(sweep.done, 1U);
    EXPECT_EQ(seen, 3U);
    EXPECT_EQ(dirty, 1U);
    EXPECT_TRUE(pager.frame_at(pager.start) == PhysicalAddress{0});
    EXPECT_TRUE(pager.touch(0, Fault::Read));
    EXPECT_EQ(pager.requests, requests + 1);
}

TEST(Pager, PinnedPagesAreNotWithdrawn) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(0, Fault::Read));
    TestSweep sweep;
    ASSERT_TRUE(pager.memory->pin(0, 1, Want::Read, sweep).has_value());
    TestSweep none;
    const auto ignore = [](base::u64, memory_object::Word) {};
    EXPECT_EQ(pager.memory->withdraw(0, 1, none, ignore).error(), Error::Busy);
    EXPECT_EQ(pager.memory->withdraw(0, 0, none, ignore).error(), Error::InvalidArgument);
    EXPECT_EQ(pager.memory->withdraw(TestPager::kPages, 1, none, ignore).error(), Error::OutOfRange);
    EXPECT_EQ(pager.own->withdraw(0, 1, none, ignore).error(), Error::Unsupported);
    EXPECT_FALSE(pager.frame_at(pager.start) == PhysicalAddress{0});
    ASSERT_TRUE(pager.memory->unpin(0, 1).has_value());
    EXPECT_EQ(none.done, 0U);
}

TEST(Pager, CleanedPagesAskAgainBeforeTheyAreWritten) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(2, Fault::Write) && pager.touch(3, Fault::Read));
    TestSweep sweep;
    base::u64 cleaned = 0;
    ASSERT_TRUE(pager.memory
                    ->clean(0, TestPager::kPages, sweep,
                            [&](base::u64 page, memory_object::Word) { cleaned |= base::u64{1} << page; })
                    .has_value());
    EXPECT_EQ(sweep.done, 1U);
    EXPECT_EQ(cleaned, 4U);
    pager.answers_at_once = false;
    const base::u32 requests = pager.requests;
    TestWait wait;
    EXPECT_TRUE(pager.space->fault(pager.start + kPage * 2, Fault::Read, wait) == FaultResult::Ready);
    ASSERT_TRUE(pager.space->fault(pager.start + kPage * 2, Fault::Write, wait) == FaultResult::Waiting);
    EXPECT_EQ(pager.requests, requests + 1);
    ASSERT_TRUE(pager.memory->grant_writing(2, 1).has_value());
    TestPager::await(wait);
    EXPECT_TRUE(pager.space->fault(pager.start + kPage * 2, Fault::Write, wait) == FaultResult::Ready);
}

} // namespace kernel::object
