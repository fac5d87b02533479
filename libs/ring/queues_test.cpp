#include "libs/ring/queues.hpp"

#include <algorithm>
#include <deque>
#include <random>

#include "libs/ring/fake_program.hpp"
#include "testing/test.hpp"

namespace ring {

using base::u32;
using base::u64;

namespace {

constexpr Shape kSmall{.submissions = 4, .completions = 8, .window = 3};

} // namespace

TEST(Queues, ShapesAreLimited) {
    EXPECT_TRUE(kSmall.is_valid());
    EXPECT_EQ(kSmall.bytes(), base::Bytes{256 + 12 * 128});
    EXPECT_FALSE((Shape{3, 8, 1}.is_valid()));
    EXPECT_FALSE((Shape{1, 8, 1}.is_valid()));
    EXPECT_FALSE((Shape{4, 8, 8}.is_valid()));
    EXPECT_FALSE((Shape{4, 2 * kMostEntries, 1}.is_valid()));
}

TEST(Queues, EntriesGoInAndResultsComeOut) {
    FakeProgram program(kSmall);
    program.submit(7);
    program.submit(8);
    EXPECT_EQ(program.queues.look().value_or(0), 2U);
    EXPECT_EQ(program.take().tag, 7U);
    EXPECT_EQ(program.take().tag, 8U);
    program.queues.finish().tag = 8;
    EXPECT_EQ(program.read(), 0U);
    program.queues.publish();
    EXPECT_EQ(program.header().submission_head.position, 2U);
    EXPECT_EQ(program.read(), 8U);
    EXPECT_EQ(program.read(), 0U);
    program.queues.finish().tag = 7;
    program.queues.publish();
    EXPECT_EQ(program.read(), 7U);
}

TEST(Queues, ABatchOfOneGoesAShorterWay) {
    FakeProgram program(kSmall);
    EXPECT_TRUE(program.queues.sole() == nullptr);
    program.submit(7);
    ASSERT_TRUE(program.queues.sole() != nullptr);
    EXPECT_EQ(program.queues.sole()->tag, 7U);
    EXPECT_TRUE(program.queues.note_all_read());
    program.queues.keep_sole(true);
    EXPECT_EQ(program.header().submission_head.position, 1U);
    EXPECT_EQ(program.queues.in_flight(), 1U);
    EXPECT_TRUE(program.queues.sole() == nullptr);
    program.queues.finish().tag = 7;
    program.queues.publish_completions();
    EXPECT_FALSE(program.queues.note_all_read());
    EXPECT_EQ(program.read(), 7U);
    EXPECT_TRUE(program.queues.note_all_read());
    EXPECT_EQ(program.queues.unread(), 0U);
    program.submit(8);
    program.queues.keep_sole(false);
    EXPECT_EQ(program.queues.in_flight(), 0U);
    program.submit(9);
    program.submit(10);
    EXPECT_TRUE(program.queues.sole() == nullptr);
    program.header().submission_tail.position += 100;
    EXPECT_TRUE(program.queues.sole() == nullptr);
    program.header().completion_head.position += 1;
    EXPECT_FALSE(program.queues.note_all_read());
}

TEST(Queues, WhatOthersSentIsCountedAsReadWithTheRest) {
    FakeProgram program(kSmall);
    for (u32 round = 0; round < 3; ++round) {
        for (u32 i = 0; i < kSmall.window; ++i) {
            ASSERT_TRUE(program.queues.has_window_place());
            program.queues.add_item().tag = 1 + i;
        }
        EXPECT_FALSE(program.queues.has_window_place());
        program.queues.publish_completions();
        for (u32 i = 0; i < kSmall.window; ++i) {
            EXPECT_EQ(program.read(), 1U + i);
        }
        EXPECT_TRUE(program.queues.note_all_read());
    }
}

TEST(Queues, EachResultHasAPlace) {
    FakeProgram program(kSmall);
    u32 taken = 0;
    for (int batch = 0; batch < 3; ++batch) {
        for (u32 i = 0; i < 4; ++i) {
            program.submit(1 + taken + i);
        }
        for (u32 ready = program.queues.look().value_or(0); ready != 0 && program.queues.has_result_place(); --ready) {
            program.take();
            ++taken;
        }
        program.header().submission_tail.position = taken;
    }
    EXPECT_EQ(taken, kSmall.completions - kSmall.window);
    for (u32 i = 0; i < taken; ++i) {
        program.queues.finish().tag = 1 + i;
    }
    EXPECT_FALSE(program.queues.has_result_place());
    program.queues.publish();
    EXPECT_EQ(program.read(), 1U);
    EXPECT_FALSE(program.queues.has_result_place());
    EXPECT_TRUE(program.queues.look().has_value());
    EXPECT_TRUE(program.queues.has_result_place());
}

TEST(Queues, TheWindowIsForOthersAlone) {
    FakeProgram program(kSmall);
    for (u32 i = 0; i < kSmall.window; ++i) {
        EXPECT_TRUE(program.queues.has_window_place());
        program.queues.add_item().tag = 100 + i;
    }
    EXPECT_FALSE(program.queues.has_window_place());
    EXPECT_TRUE(program.queues.has_result_place());
    program.queues.publish();
    EXPECT_EQ(program.queues.unread(), 3U);
    EXPECT_EQ(program.read(), 100U);
    EXPECT_TRUE(program.queues.reread().has_value());
    EXPECT_TRUE(program.queues.has_window_place());
    EXPECT_EQ(program.queues.unread(), 2U);
}

TEST(Queues, QuietOnesLeaveNothing) {
    FakeProgram program(kSmall);
    program.submit(1);
    EXPECT_EQ(program.queues.look().value_or(0), 1U);
    program.take();
    EXPECT_EQ(program.queues.in_flight(), 1U);
    program.queues.finish_quietly();
    program.queues.publish();
    EXPECT_EQ(program.queues.in_flight(), 0U);
    EXPECT_EQ(program.read(), 0U);
}

TEST(Queues, WhatIsNotKeptIsTheNextAgain) {
    FakeProgram program(kSmall);
    program.submit(1);
    EXPECT_EQ(program.queues.look().value_or(0), 1U);
    program.submit(2);
    program.submit(3);
    EXPECT_EQ(program.queues.look().value_or(0), 3U);
    EXPECT_EQ(program.queues.take_some(4), 3U);
    EXPECT_EQ(program.queues.taken(1).tag, 2U);
    program.queues.keep(1);
    EXPECT_EQ(program.queues.in_flight(), 1U);
    EXPECT_EQ(program.queues.look().value_or(0), 2U);
    EXPECT_EQ(program.queues.take_some(1), 1U);
    EXPECT_EQ(program.queues.taken(0).tag, 2U);
    program.queues.keep(0);
    EXPECT_EQ(program.take().tag, 2U);
}

TEST(Queues, ImpossiblePositionsAreSeen) {
    FakeProgram program(kSmall);
    program.header().submission_tail.position = 5;
    EXPECT_EQ(program.queues.look().error(), base::Error::Corrupt);
    program.header().submission_tail.position = static_cast<u32>(-1);
    EXPECT_EQ(program.queues.look().error(), base::Error::Corrupt);
    program.header().submission_tail.position = 4;
    EXPECT_EQ(program.queues.look().value_or(0), 4U);
    // Reads what was not written.
    program.header().completion_head.position = 1;
    EXPECT_EQ(program.queues.look().error(), base::Error::Corrupt);
    program.take();
    program.queues.finish().tag = 9;
    program.queues.publish();
    EXPECT_TRUE(program.queues.reread().has_value());
    // Unreads what it read.
    program.header().completion_head.position = 0;
    EXPECT_EQ(program.queues.reread().error(), base::Error::Corrupt);
}

/// Random histories against the obvious model, over the border of the counters' 32 bits.
TEST(Queues, AgreeWithAModel) {
    constexpr int kSteps = 200'000;
    std::mt19937 random(1); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same history each time
    FakeProgram program(kSmall);
    std::deque<u64> submitted;
    std::deque<u64> in_flight;
    std::deque<std::pair<u64, bool>> unread;
    u64 next = 1;
    for (int step = 0; step < kSteps; ++step) {
        const auto count = [&](bool item) {
            return static_cast<u32>(std::ranges::count(unread, item, &std::pair<u64, bool>::second));
        };
        switch (random() % 5) {
        case 0:
            if (submitted.size() < kSmall.submissions) {
                program.submit(next);
                submitted.push_back(next++);
            }
            break;
        case 1:
            ASSERT_EQ(program.queues.look().value_or(~0U), submitted.size());
            ASSERT_EQ(program.queues.has_result_place(),
                      in_flight.size() + count(false) < kSmall.completions - kSmall.window);
            if (!submitted.empty() && program.queues.has_result_place()) {
                ASSERT_EQ(program.take().tag, submitted.front());
                in_flight.push_back(submitted.front());
                submitted.pop_front();
                program.queues.publish();
            }
            break;
        case 2:
            if (!in_flight.empty()) {
                program.queues.finish().tag = in_flight.front();
                unread.emplace_back(in_flight.front(), false);
                in_flight.pop_front();
                program.queues.publish();
            }
            break;
        case 3:
            ASSERT_TRUE(program.queues.reread().has_value());
            ASSERT_EQ(program.queues.has_window_place(), count(true) < kSmall.window);
            if (program.queues.has_window_place()) {
                program.queues.add_item().tag = next;
                unread.emplace_back(next++, true);
                program.queues.publish();
            }
            break;
        default:
            if (!unread.empty()) {
                ASSERT_EQ(program.read(), unread.front().first);
                unread.pop_front();
            }
        }
    }
}

/// What is read later than the rest is always one item and one result, all the way round.
TEST(Queues, LargeOnesTellItemsFromResults) {
    constexpr Shape kLarge{.submissions = 4, .completions = 128, .window = 3};
    EXPECT_EQ(kSmall.hidden(), base::Bytes{0});
    EXPECT_EQ(kLarge.hidden(), base::Bytes{16});
    FakeProgram program(kLarge);
    for (u64 tag = 1; tag < 4 * kLarge.completions; ++tag) {
        program.submit(tag);
        ASSERT_TRUE(program.queues.look());
        ASSERT_TRUE(program.queues.has_window_place()) << tag;
        const u64 taken = program.take().tag;
        program.queues.finish().tag = taken;
        program.queues.add_item().tag = tag;
        program.queues.publish();
        if (tag > 1) {
            EXPECT_EQ(program.read(), tag - 1);
            EXPECT_EQ(program.read(), tag - 1);
        }
        ASSERT_TRUE(program.queues.reread());
        EXPECT_EQ(program.queues.unread(), 2U);
    }
}

} // namespace ring
