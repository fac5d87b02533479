/// The test macros, as the kernel provides them: the part of GoogleTest's that needs neither allocation nor exceptions.
/// A test registers itself in a linker section; kernel/testing/runner.cpp runs them all in one boot.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "base/format.hpp"
#include "base/types.hpp"

namespace kernel::testing {

struct TestCase {
    const char* suite;
    const char* name;
    void (*body)();
};

/// Notes a failed expectation of the running test and prints where it stands. Returns the sink for its details.
base::TextSink& fail(std::string_view file, int line, std::string_view expression);

template <class T>
void print_value(base::TextSink& sink, const T& value) {
    if constexpr (requires { base::print(sink, "{}", value); }) {
        base::print(sink, "{}", value);
    } else if constexpr (std::is_enum_v<T>) {
        base::print(sink, "{}", static_cast<base::i64>(value));
    } else {
        base::print(sink, "({} bytes)", sizeof(T));
    }
}

/// Compares, and on failure prints both values.
template <class A, class B, class Comparison>
[[nodiscard]] bool compare(const A& a, const B& b, Comparison comparison, std::string_view file, int line,
                           std::string_view expression) {
    if (comparison(a, b)) {
        return true;
    }
    base::TextSink& sink = fail(file, line, expression);
    base::print(sink, "  left: ");
    print_value(sink, a);
    base::print(sink, "\n  right: ");
    print_value(sink, b);
    base::print(sink, "\n");
    return false;
}

/// Tests mix signed literals with unsigned values.
template <class A, class B>
constexpr bool equal(const A& a, const B& b) {
    if constexpr (std::integral<A> && std::integral<B> && !std::same_as<A, bool> && !std::same_as<B, bool>) {
        return static_cast<base::u64>(a) == static_cast<base::u64>(b) && (a < A{}) == (b < B{});
    } else {
        return a == b;
    }
}

} // namespace kernel::testing

#define TEST(suite_name, test_name)                                                                                    \
    static void suite_name##_##test_name##_body();                                                                     \
    [[gnu::section(".kernel_tests"), gnu::used,                                                                        \
      gnu::retain]] static const ::kernel::testing::TestCase suite_name##_##test_name##_case{                          \
        #suite_name, #test_name, suite_name##_##test_name##_body};                                                     \
    static void suite_name##_##test_name##_body()

#define TESTING_COMPARE(a, b, comparison, text)                                                                        \
    ::kernel::testing::compare((a), (b), [](const auto& x, const auto& y) { return comparison; }, __FILE__, __LINE__,  \
                               #a text #b)
#define TESTING_TRUTH(condition, wanted)                                                                               \
    (static_cast<bool>(condition) == (wanted) ||                                                                       \
     (static_cast<void>(::kernel::testing::fail(__FILE__, __LINE__, #condition " is not " #wanted)), false))

#define EXPECT_TRUE(condition) static_cast<void>(TESTING_TRUTH(condition, true))
#define EXPECT_FALSE(condition) static_cast<void>(TESTING_TRUTH(condition, false))
#define EXPECT_EQ(a, b) static_cast<void>(TESTING_COMPARE(a, b, ::kernel::testing::equal(x, y), " == "))
#define EXPECT_NE(a, b) static_cast<void>(TESTING_COMPARE(a, b, !::kernel::testing::equal(x, y), " != "))
#define EXPECT_LT(a, b) static_cast<void>(TESTING_COMPARE(a, b, x < y, " < "))
#define EXPECT_LE(a, b) static_cast<void>(TESTING_COMPARE(a, b, x <= y, " <= "))
#define EXPECT_GT(a, b) static_cast<void>(TESTING_COMPARE(a, b, x > y, " > "))
#define EXPECT_GE(a, b) static_cast<void>(TESTING_COMPARE(a, b, x >= y, " >= "))

#define TESTING_OR_RETURN(passed)                                                                                      \
    do {                                                                                                               \
        if (!(passed)) {                                                                                               \
            return;                                                                                                    \
        }                                                                                                              \
    } while (false)
#define ASSERT_TRUE(condition) TESTING_OR_RETURN(TESTING_TRUTH(condition, true))
#define ASSERT_FALSE(condition) TESTING_OR_RETURN(TESTING_TRUTH(condition, false))
#define ASSERT_EQ(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, ::kernel::testing::equal(x, y), " == "))
#define ASSERT_NE(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, !::kernel::testing::equal(x, y), " != "))
#define ASSERT_LT(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, x < y, " < "))
#define ASSERT_LE(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, x <= y, " <= "))
#define ASSERT_GT(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, x > y, " > "))
#define ASSERT_GE(a, b) TESTING_OR_RETURN(TESTING_COMPARE(a, b, x >= y, " >= "))
