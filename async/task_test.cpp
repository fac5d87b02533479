#include "async/task.hpp"

#include <memory>

#include "async/event.hpp"
#include "async/scope.hpp"
#include "async/sim/run.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;

Task<int> one() { co_return 1; }

Task<int> two() { co_return co_await one() + co_await one(); }

Task<int> failing() { co_await fail(abi::Error::NotFound); }

Task<int> failing_above() { co_return co_await failing() + 1; }

Task<int> caught() {
    const Result<int> result = co_await failing_above().result();
    co_return result.error() == abi::Error::NotFound ? 7 : 8;
}

Task<u64> depth(u64 left) {
    if (left == 0) {
        co_await fail(abi::Error::Corrupt);
    }
    co_return co_await depth(left - 1) + 1;
}

Task<u64> deep(u64 levels) { co_return (co_await depth(levels).result()).error().code(); }

Task<u64> count_down(u64 left) { co_return left == 0 ? 0 : co_await count_down(left - 1) + 1; }

Task<u64> many_in_a_row(u64 count) {
    u64 sum = 0;
    for (u64 i = 0; i < count; ++i) {
        sum += static_cast<u64>(co_await one());
    }
    co_return sum;
}

/// Writes its letter when it dies.
class Witness {
  public:
    Witness(std::string& text, char letter) : text_(&text), letter_(letter) {}

    Witness(Witness&& other) noexcept : text_(std::exchange(other.text_, nullptr)), letter_(other.letter_) {}

    Witness& operator=(Witness&&) = delete;

    ~Witness() {
        if (text_ != nullptr) {
            *text_ += letter_;
        }
    }

  private:
    std::string* text_;
    char letter_;
};

Task<> inner(std::string* text) {
    const Witness witness(*text, 'i');
    co_await yield_now();
    co_await fail(abi::Error::Busy);
}

Task<> middle(std::string* text) {
    const Witness witness(*text, 'm');
    co_await inner(text);
    *text += '!';
}

Task<> outer(std::string* text) {
    const Witness witness(*text, 'o');
    const Result<> result = co_await middle(text).result();
    *text += result.error() == abi::Error::Busy ? 'e' : '?';
}

Task<Witness> make_witness(std::string* text) { co_return Witness(*text, 'w'); }

Task<> take_witness(std::string* text) {
    {
        const Witness witness = co_await make_witness(text);
        *text += '(';
    }
    *text += ')';
}

Task<> keep(Witness) { co_return; }

Task<> drop(std::string* text) {
    {
        const Task<> task = keep(Witness(*text, 'k'));
        *text += '(';
    }
    *text += ')';
    Task<> again = keep(Witness(*text, 'a'));
    Task<> other = std::move(again);
    again = std::move(other);
    co_await std::move(again);
}

Task<int> results() {
    const Result<int> good = 3;
    int sum = co_await Result<int>(good);
    sum += co_await base::Result<int>(4);
    const Result<int> bad = co_await [](int start) -> Task<int> {
        co_await Result<>(Error(7, 9));
        co_return start;
    }(sum)
                                                          .result();
    co_return bad.error() == Error(7, 9) ? sum : 0;
}

Task<std::unique_ptr<int>> owner(std::unique_ptr<int> owned) {
    co_await yield_now();
    co_return owned;
}

Task<int> owned() { co_return *co_await owner(std::make_unique<int>(5)); }

} // namespace

TEST(Task, Returns) {
    EXPECT_EQ(sim::run(two).value(), 2);
    EXPECT_EQ(sim::run(owned).value(), 5);
}

TEST(Task, AnErrorEndsThoseWhoWantAValue) {
    EXPECT_EQ(sim::run(failing_above).error(), Error(abi::Error::NotFound));
    EXPECT_EQ(sim::run(caught).value(), 7);
}

TEST(Task, FramesDieInnermostFirst) {
    std::string text;
    EXPECT_TRUE(sim::run(outer, &text).has_value());
    EXPECT_EQ(text, "imeo");
}

TEST(Task, ItsValueMovesOnce) {
    std::string text;
    EXPECT_TRUE(sim::run(take_witness, &text).has_value());
    EXPECT_EQ(text, "(w)");
}

TEST(Task, DroppedItNeverRan) {
    std::string text;
    EXPECT_TRUE(sim::run(drop, &text).has_value());
    EXPECT_EQ(text, "(k)a");
}

TEST(Task, PropagationTakesNoStack) { EXPECT_EQ(sim::run(deep, u64{100'000}).value(), u64(abi::Error::Corrupt)); }

TEST(Task, NeitherDoAwaiting) {
    EXPECT_EQ(sim::run(count_down, u64{100'000}).value(), 100'000U);
    EXPECT_EQ(sim::run(many_in_a_row, u64{1'000'000}).value(), 1'000'000U);
}

TEST(Task, AwaitsResults) { EXPECT_EQ(sim::run(results).value(), 7); }

TEST(Error, KeepsProtocolsApart) {
    EXPECT_EQ(Error(abi::Error::NotFound), abi::Error::NotFound);
    EXPECT_NE(Error(1, 10), Error(2, 10));
    EXPECT_NE(Error(1, 10), Error(Error::kAbi, 10));
    EXPECT_FALSE(Error().is_error());
    EXPECT_EQ(Error(3, 4).domain(), 3U);
}

} // namespace async
