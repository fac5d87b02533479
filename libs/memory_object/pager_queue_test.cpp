#include "libs/memory_object/pager_queue.hpp"

#include <vector>

#include "testing/test.hpp"

namespace memory_object {

namespace {

std::vector<PagerRequest*> answer(PagerQueue& queue, base::u64 first, base::u64 count, Want grant) {
    std::vector<PagerRequest*> answered;
    queue.answer(first, count, grant, [&](PagerRequest& request) {
        EXPECT_FALSE(request.is_waiting());
        answered.push_back(&request);
    });
    return answered;
}

} // namespace

TEST(PagerQueue, AsksForEachPageOnce) {
    PagerQueue queue;
    PagerRequest a;
    PagerRequest b;
    PagerRequest c;
    EXPECT_TRUE(queue.ask(a, 7, Want::Read));
    EXPECT_FALSE(queue.ask(b, 7, Want::Read));
    EXPECT_TRUE(queue.ask(c, 7, Want::Write)) << "more than was asked for";
    EXPECT_EQ(queue.take(), &a);
    EXPECT_EQ(queue.take(), &c);
    EXPECT_EQ(queue.take(), nullptr);
    EXPECT_TRUE(answer(queue, 0, 7, Want::Write).empty());
    EXPECT_EQ(answer(queue, 7, 1, Want::Read), (std::vector{&a, &b}));
    EXPECT_EQ(answer(queue, 0, ~base::u64{0}, Want::Write), (std::vector{&c}));
    EXPECT_TRUE(queue.is_empty());
}

TEST(PagerQueue, AnAnswerMayComeBeforeTheQuestionIsSent) {
    PagerQueue queue;
    PagerRequest a;
    EXPECT_TRUE(queue.ask(a, 7, Want::Read));
    EXPECT_EQ(answer(queue, 7, 1, Want::Write), (std::vector{&a}));
    EXPECT_EQ(queue.take(), nullptr);
    EXPECT_FALSE(queue.cancel(a));
}

TEST(PagerQueue, WhoGivesUpHandsTheQuestionOn) {
    PagerQueue queue;
    PagerRequest a;
    PagerRequest b;
    PagerRequest c;
    EXPECT_TRUE(queue.ask(a, 7, Want::Write));
    EXPECT_FALSE(queue.ask(b, 7, Want::Read));
    EXPECT_FALSE(queue.ask(c, 7, Want::Write));
    EXPECT_TRUE(queue.cancel(a));
    EXPECT_EQ(queue.take(), &c);
    EXPECT_TRUE(queue.cancel(c)) << "the pager knows already: nobody asks again";
    EXPECT_EQ(queue.take(), nullptr);
    EXPECT_TRUE(queue.cancel(b));
    EXPECT_TRUE(queue.is_empty());
    EXPECT_TRUE(queue.ask(a, 7, Want::Read)) << "asked anew";
    EXPECT_TRUE(queue.ask(b, 7, Want::Write));
    EXPECT_TRUE(queue.cancel(a));
    EXPECT_EQ(queue.take(), &b);
    EXPECT_EQ(queue.take(), nullptr);
    EXPECT_TRUE(queue.cancel(b));
}

} // namespace memory_object
