#include "async/executor.hpp"

#include "async/dump.hpp"
#include "async/event.hpp"
#include "async/host/threads.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;
using namespace base::literals;

struct Counts {
    u64 normal = 0;
    u64 background = 0;
    bool is_over = false;
};

Task<> run_normal(Counts* counts) {
    while (!counts->is_over) {
        ++counts->normal;
        co_await yield_now();
    }
}

Task<> run_background(Counts* counts) {
    while (counts->background < 100) {
        ++counts->background;
        co_await yield_now();
    }
    counts->is_over = true;
}

Task<> compete(Counts* counts) {
    co_await scope(
        [](Scope inner, Counts* shared) -> Task<> {
            co_await inner.spawn(run_background(shared), Priority::Background);
            co_await inner.spawn(run_normal(shared));
        },
        counts);
}

/// What a background Job waits for is background as well.
Task<> behind(Counts* counts) {
    co_await scope([](Scope, Counts* shared) -> Task<> { co_await run_background(shared); }, counts);
}

Task<> compete_behind(Counts* counts) {
    co_await scope(
        [](Scope inner, Counts* shared) -> Task<> {
            co_await inner.spawn(behind(shared), Priority::Background);
            co_await inner.spawn(run_normal(shared));
        },
        counts);
}

Task<> only_background(Counts* counts) {
    co_await scope([](Scope inner,
                      Counts* shared) -> Task<> { co_await inner.spawn(run_background(shared), Priority::Background); },
                   counts);
}

Task<> wait(Event* event) { co_await event->wait(); }

Task<> dumped(std::string* text) {
    co_await scope(
        [](Scope inner, std::string* out) -> Task<> {
            Event event;
            co_await inner.spawn(wait(&event));
            co_await yield_now();
            base::FixedText<1000> sink;
            dump_all(Executor::current().roots(), sink);
            *out = sink.view();
            event.set();
        },
        text);
}

/// Memory as it is, but at the end nothing of it is out.
class CountingSource final : public FrameSource {
  public:
    ~CountingSource() { EXPECT_EQ(taken_, 0); }

    void* take(base::usize bytes) override {
        ++taken_;
        return ::operator new(bytes, std::nothrow);
    }

    void give(void* memory, base::usize bytes) override {
        --taken_;
        ::operator delete(memory, bytes);
    }

  private:
    int taken_ = 0;
};

} // namespace

TEST(Executor, BackgroundHasEvery64thStep) {
    Counts counts;
    EXPECT_TRUE(host::run({}, compete, &counts).has_value());
    EXPECT_EQ(counts.background, 100U);
    EXPECT_GE(counts.normal, 63 * 99U);
    EXPECT_LE(counts.normal, 65 * 100U);
}

TEST(Executor, BackgroundIsInherited) {
    Counts counts;
    EXPECT_TRUE(host::run({}, compete_behind, &counts).has_value());
    EXPECT_GE(counts.normal, 63 * 99U);
}

TEST(Executor, BackgroundHasAllThatNobodyElseWants) {
    Counts counts;
    EXPECT_TRUE(host::run({}, only_background, &counts).has_value());
    EXPECT_TRUE(sim::run(only_background, &counts).has_value());
}

TEST(Dump, SaysWhatEachJobWaitsFor) {
    std::string text;
    EXPECT_TRUE(sim::run(dumped, &text).has_value());
    // The main Job waits for a scope, whose body is ready (it runs), and whose Job waits for an event.
    EXPECT_NE(text.find("job 1: waits for scope, at 0x"), std::string::npos) << text;
    EXPECT_NE(text.find("waits for Event.wait, at 0x"), std::string::npos) << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 3) << text;
}

TEST(FrameSlab, UsesBlocksAgain) {
    CountingSource source;
    FrameSlab slab(source);
    void* const first = slab.allocate(100);
    slab.release(first, 100);
    EXPECT_NE(first, nullptr);
    constexpr bool kIsWatched = __has_feature(address_sanitizer);
    if (!kIsWatched) {
        EXPECT_EQ(slab.allocate(97), first) << "of the same class";
        EXPECT_NE(slab.allocate(96), first);
        slab.release(first, 100);
    }
    void* const large = slab.allocate(10'000);
    slab.release(large, 10'000);
}

TEST(FrameSlab, HasBackWhatOthersReturn) {
    CountingSource source;
    FrameSlab slab(source);
    FrameSlab other(source);
    void* const block = slab.allocate(64);
    other.release(block, 64);
    slab.take_back(other);
    constexpr bool kIsWatched = __has_feature(address_sanitizer);
    if (!kIsWatched) {
        EXPECT_EQ(slab.allocate(64), block);
    }
}

TEST(ReadyQueue, TakesFromItsMiddle) {
    EmbeddedJob<void> a;
    EmbeddedJob<void> b;
    EmbeddedJob<void> c;
    ReadyQueue queue;
    EXPECT_EQ(queue.take(0), nullptr);
    queue.push(a);
    queue.push(b);
    queue.push(c);
    EXPECT_EQ(queue.peek(2), &c);
    EXPECT_EQ(queue.take(3), nullptr);
    EXPECT_EQ(queue.take(2), &c);
    queue.push(c);
    EXPECT_EQ(queue.take(1), &b);
    EXPECT_EQ(queue.collect_count(), 2U);
    EXPECT_EQ(queue.pop(), &a);
    EXPECT_EQ(queue.pop(), &c);
    EXPECT_TRUE(queue.is_empty());
    EXPECT_EQ(queue.pop(), nullptr);
}

} // namespace async
