#include <array>

#include "libs/memory_object/fake_resources.hpp"
#include "libs/memory_object/memory_object.hpp"
#include "testing/test.hpp"

namespace memory_object {

using namespace base::literals;
using base::Error;

namespace {

using Object = MemoryObject<FakeResources>;

constexpr base::u64 kMost = ~base::u64{0};

/// Pages 4 and 5 of `lender` are pinned, and may be shown at pages 1 and 2 of `window`.
class MemoryObjectLoansTest : public testing::Test {
  protected:
    MemoryObjectLoansTest() {
        Work work(kMost);
        EXPECT_TRUE(lender.pin(source, 4, 2, Want::Write, work).has_value());
        EXPECT_TRUE(lender.tell_frames(4, frames).has_value());
    }

    ~MemoryObjectLoansTest() override {
        EXPECT_TRUE(lender.unpin(4, 2).has_value());
        Work work(kMost);
        EXPECT_TRUE(lender.destroy(source, work));
        EXPECT_TRUE(window.destroy(source, work));
        EXPECT_EQ(source.frames_in_use(), 0U);
        EXPECT_EQ(source.nodes_in_use(), 0U);
    }

    FakeResources source;
    Object lender = *Object::anonymous(8 * 4_KiB);
    Object window = *Object::anonymous(8 * 4_KiB);
    std::array<Frame, 2> frames{};
};

} // namespace

TEST_F(MemoryObjectLoansTest, BothSeeTheSameFrames) {
    ASSERT_TRUE(window.borrow(source, 1, frames, Want::Write).has_value());
    EXPECT_EQ(*window.resolve(source, 1, Want::Write), (Resolution{Outcome::Ready, frames[0], true}));
    EXPECT_EQ(*window.resolve(source, 2, Want::Read), (Resolution{Outcome::Ready, frames[1], true}));
    EXPECT_EQ(*lender.frame_of(5), frames[1]);
    EXPECT_EQ(window.pinned_pages(), 2U);
    window.return_borrowed(source, 1, 2);
    EXPECT_EQ(window.pinned_pages(), 0U);
    EXPECT_EQ(*window.resolve(source, 1, Want::Read), (Resolution{Outcome::Ready, source.zero_frame(), false}));
    EXPECT_EQ(*lender.frame_of(4), frames[0]);
}

TEST_F(MemoryObjectLoansTest, WhatIsLentToBeReadIsNotWritten) {
    ASSERT_TRUE(window.borrow(source, 1, frames, Want::Read).has_value());
    EXPECT_EQ(*window.resolve(source, 1, Want::Read), (Resolution{Outcome::Ready, frames[0], false}));
    EXPECT_EQ(window.resolve(source, 1, Want::Write), Error::AccessDenied);
    Work work(kMost);
    EXPECT_EQ(window.commit(source, 1, 2, work), Error::AccessDenied);
    EXPECT_EQ(window.zero(source, 1, 2, work), Error::AccessDenied);
    window.return_borrowed(source, 1, 2);
}

TEST_F(MemoryObjectLoansTest, WhatIsBorrowedStaysWhereItIs) {
    ASSERT_TRUE(window.borrow(source, 1, frames, Want::Write).has_value());
    Work work(kMost);
    EXPECT_EQ(window.discard(source, 0, 2, work), Error::Busy);
    EXPECT_EQ(window.resize(source, 4_KiB, work), Error::Busy);
    EXPECT_TRUE(window.clone().error() == Error::Busy);
    std::array<Frame, 1> given{};
    EXPECT_EQ(window.give(source, 2, given), Error::Busy);
    EXPECT_EQ(window.pin(source, 1, 1, Want::Read, work), Error::BadState);
    EXPECT_EQ(window.lend(source, 1, given), Error::BadState);
    EXPECT_EQ(window.borrow(source, 2, frames, Want::Write), Error::Exists);
    EXPECT_TRUE(window.borrow(source, 6, frames, Want::Write).has_value());
    window.return_borrowed(source, 6, 2);
    window.return_borrowed(source, 1, 2);
}

TEST_F(MemoryObjectLoansTest, AFailureChangesNothing) {
    EXPECT_EQ(window.borrow(source, 7, frames, Want::Read), Error::OutOfRange);
    EXPECT_EQ(window.borrow(source, 0, {}, Want::Read), Error::InvalidArgument);
    EXPECT_EQ(lender.tell_frames(0, frames), Error::BadState);
    EXPECT_EQ(lender.tell_frames(7, frames), Error::OutOfRange);
    Object device = *Object::device(base::PhysicalAddress{0xfe00'0000}, 8_KiB);
    EXPECT_EQ(device.borrow(source, 0, frames, Want::Read), Error::Unsupported);
    source.fail_at(0);
    EXPECT_EQ(window.borrow(source, 1, frames, Want::Read), Error::NoMemory);
    source.never_fail();
    Work work(kMost);
    EXPECT_TRUE(device.destroy(source, work));
}

} // namespace memory_object
