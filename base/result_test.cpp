#include "base/result.hpp"

#include <string_view>
#include <type_traits>
#include <utility>

#include "base/types.hpp"
#include "testing/test.hpp"

namespace base {

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return Error::InvalidArgument;
    }
    return number / 2;
}

Result<int> quarter(int number) { return TRY(half(TRY(half(number)))); }

Result<void> must_be_even(int number) {
    TRY(half(number));
    return {};
}

Result<void> all_even(int first, int second) {
    TRY(must_be_even(first));
    TRY(must_be_even(second));
    return {};
}

/// Can be moved, but not copied.
struct Token {
    explicit Token(int n) : number(n) {}

    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;

    Token(Token&& other) noexcept : number(std::exchange(other.number, 0)) {}

    Token& operator=(Token&&) = delete;
    ~Token() = default;
    int number;
};

Result<Token> make_token(int number) {
    if (number == 0) {
        return Error::NotFound;
    }
    return Token(number);
}

Result<int> spend_token(int number) {
    const Token token = TRY(make_token(number));
    return token.number;
}

/// Is zero once it was moved from.
struct Counted {
    explicit Counted(int n) : number(n) {}

    Counted(const Counted&) = default;
    Counted& operator=(const Counted&) = default;

    Counted(Counted&& other) noexcept : number(std::exchange(other.number, 0)) {}

    Counted& operator=(Counted&&) = delete;
    ~Counted() = default;
    int number;
};

} // namespace

TEST(Result, HoldsAValue) {
    const Result<int> result = 7;
    EXPECT_TRUE(result.has_value());
    EXPECT_TRUE(static_cast<bool>(result));
    EXPECT_EQ(*result, 7);
    EXPECT_EQ(result.value(), 7);
    EXPECT_EQ(result, 7);
}

TEST(Result, HoldsAnError) {
    const Result<int> result = Error::NoMemory;
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(result.error(), Error::NoMemory);
    EXPECT_EQ(result, Error::NoMemory);
}

TEST(Result, ValueCanBeChangedInPlace) {
    Result<int> result = 1;
    *result = 2;
    result.value() += 3;
    EXPECT_EQ(*std::move(result), 5);
}

TEST(Result, ArrowReachesMembers) {
    Result<std::string_view> text = std::string_view("four");
    EXPECT_EQ(text->size(), 4U);
    EXPECT_EQ(std::as_const(text)->size(), 4U);
}

TEST(Result, ValueOrGivesTheOtherOnError) {
    EXPECT_EQ(half(8).value_or(1), 4);
    EXPECT_EQ(half(7).value_or(1), 1);
    const Result<int> kept = half(8);
    EXPECT_EQ(kept.value_or(1), 4);
}

TEST(Result, AndThenStopsAtTheFirstError) {
    EXPECT_EQ(half(8).and_then(half), 2);
    EXPECT_EQ(half(6).and_then(half), Error::InvalidArgument);
    EXPECT_EQ(half(5).and_then(half), Error::InvalidArgument);
}

TEST(Result, TransformChangesOnlyAValue) {
    EXPECT_EQ(half(8).transform([](int number) { return number + 1; }), 5);
    EXPECT_EQ(half(7).transform([](int number) { return number + 1; }), Error::InvalidArgument);
}

TEST(Result, MovesAValueThatCannotBeCopied) {
    EXPECT_EQ(make_token(3).value().number, 3);
    EXPECT_EQ(make_token(3).value_or(Token(1)).number, 3);
    EXPECT_EQ(make_token(0).value_or(Token(1)).number, 1);
}

TEST(Result, IsConvertedFromWhatConvertsOnly) {
    EXPECT_TRUE((std::convertible_to<int, Result<long>>));
    EXPECT_FALSE((std::convertible_to<int, Result<Token>>));
    EXPECT_TRUE((std::constructible_from<Result<Token>, int>));
}

TEST(Try, NestsInOneExpression) {
    EXPECT_EQ(quarter(12), 3);
    EXPECT_EQ(quarter(10), Error::InvalidArgument);
    EXPECT_EQ(quarter(9), Error::InvalidArgument);
}

TEST(Try, WorksWithoutAValue) {
    EXPECT_TRUE(all_even(2, 4).has_value());
    EXPECT_EQ(all_even(1, 4), Error::InvalidArgument);
    EXPECT_EQ(all_even(2, 3), Error::InvalidArgument);
    EXPECT_TRUE(static_cast<bool>(all_even(2, 4)));
    *all_even(2, 4);
}

TEST(Try, MovesAValueOut) {
    EXPECT_EQ(spend_token(5), 5);
    EXPECT_EQ(spend_token(0), Error::NotFound);
}

TEST(Try, LeavesANamedResultAsItWas) {
    Result<Counted> named = Counted(4);
    const auto copy_out = [&]() -> Result<int> { return TRY(named).number; };
    EXPECT_EQ(copy_out(), 4);
    EXPECT_EQ(copy_out(), 4);
}

TEST(Error, EveryErrorHasItsName) {
    for (u16 code = 1; code <= std::to_underlying(Error::DeviceError); ++code) {
        EXPECT_NE(name(static_cast<Error>(code)), "unknown error");
    }
    EXPECT_EQ(name(Error::BadHandle), "BadHandle");
    EXPECT_EQ(name(static_cast<Error>(0)), "unknown error");
}

} // namespace base
