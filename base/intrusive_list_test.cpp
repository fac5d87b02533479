#include "base/intrusive_list.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

struct RunQueue;
struct WaitQueue;

struct Item : ListLink<RunQueue>, ListLink<WaitQueue> {
    explicit Item(int n) : number(n) {}

    int number;
};

using Queue = IntrusiveList<Item, RunQueue>;

/// The numbers of the list, in order, as one decimal number.
int digits(const Queue& queue) {
    int all = 0;
    for (const Item& item : queue) {
        all = all * 10 + item.number;
    }
    return all;
}

void drain(Queue& queue) {
    while (queue.pop_front() != nullptr) {
    }
}

} // namespace

TEST(IntrusiveList, StartsEmpty) {
    Queue queue;
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.count(), 0U);
    EXPECT_TRUE(queue.front() == nullptr && queue.back() == nullptr && queue.pop_front() == nullptr);
}

TEST(IntrusiveList, KeepsTheOrder) {
    Item one(1);
    Item two(2);
    Item three(3);
    Item four(4);
    Queue queue;
    queue.push_back(two);
    queue.push_back(four);
    queue.push_front(one);
    queue.insert_before(four, three);
    EXPECT_EQ(digits(queue), 1234);
    EXPECT_EQ(queue.count(), 4U);
    EXPECT_TRUE(queue.front() == &one && queue.back() == &four);
    for (Item& item : queue) {
        item.number += 1;
    }
    EXPECT_EQ(digits(queue), 2345);
    EXPECT_TRUE(queue.pop_front() == &one);
    EXPECT_EQ(digits(queue), 345);
    drain(queue);
}

TEST(IntrusiveList, RemovesAnywhere) {
    Item one(1);
    Item two(2);
    Item three(3);
    Queue queue;
    queue.push_back(one);
    queue.push_back(two);
    queue.push_back(three);
    queue.remove(two);
    EXPECT_EQ(digits(queue), 13);
    EXPECT_FALSE(Queue::is_linked(two));
    EXPECT_TRUE(Queue::is_linked(one));
    queue.push_back(two);
    EXPECT_EQ(digits(queue), 132);
    drain(queue);
    EXPECT_FALSE(Queue::is_linked(one));
}

TEST(IntrusiveList, TagsKeepListsApart) {
    Item item(1);
    Queue ready;
    IntrusiveList<Item, WaitQueue> waiting;
    ready.push_back(item);
    waiting.push_back(item);
    ready.remove(item);
    EXPECT_FALSE(Queue::is_linked(item));
    EXPECT_TRUE((IntrusiveList<Item, WaitQueue>::is_linked(item)));
    waiting.remove(item);
}

} // namespace base
