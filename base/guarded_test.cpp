#include "base/guarded.hpp"

#include <array>
#include <coroutine>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "base/spin_lock.hpp"
#include "testing/test.hpp"

namespace base {

namespace {

/// Counts how often it is entered, and how deep.
struct CountingContext {
    using State = int;
    static inline int depth = 0;
    static inline int entered = 0;

    static State enter() {
        ++entered;
        return depth++;
    }

    static void leave(State before) { depth = before; }

    static void relax() {}
};

constexpr LockClass kOuter{.rank = 1, .name = "outer"};
constexpr LockClass kInner{.rank = 2, .name = "inner"};

using Lock = SpinLock<CountingContext>;

struct Account {
    explicit Account(int b = 0) : balance(b) {}

    int balance;
};

template <class Result>
concept MayReturn = UnderLock<Result (*)(Account&), Account>;

struct Task {
    bool await_ready();
};

struct Event {
    std::suspend_never operator co_await();
};

struct Signal {};

[[maybe_unused]] std::suspend_never operator co_await(Signal&);

struct Shared : RefCounted<Shared> {
    static void destroy(Shared&);
};

} // namespace

// Values and owners may leave the lock.
static_assert(MayReturn<void> && MayReturn<int> && MayReturn<Account> && MayReturn<std::array<int, 3>>);
static_assert(MayReturn<Result<int>> && MayReturn<std::optional<int>> && MayReturn<RefPtr<Shared>>);
// What refers into the data may not.
static_assert(!MayReturn<int&> && !MayReturn<const Account&> && !MayReturn<Account&&>);
static_assert(!MayReturn<int*> && !MayReturn<const void*>);
static_assert(!MayReturn<std::span<int>> && !MayReturn<std::string_view> && !MayReturn<std::reference_wrapper<int>>);
static_assert(!MayReturn<Result<int*>> && !MayReturn<std::optional<std::string_view>>);
// Nothing may wait under the lock.
static_assert(!MayReturn<Task> && !MayReturn<Event> && !MayReturn<Signal>);

TEST(Guarded, RunsUnderTheLockAndReturns) {
    Guarded<Account, Lock, kOuter> account(5);
    const int entered = CountingContext::entered;
    const int balance = account.with([](Account& inside) {
        EXPECT_EQ(CountingContext::depth, 1);
        inside.balance += 2;
        return inside.balance;
    });
    EXPECT_EQ(balance, 7);
    EXPECT_EQ(CountingContext::depth, 0);
    EXPECT_EQ(CountingContext::entered, entered + 1);
    EXPECT_EQ(account.unlocked_for_report().balance, 7);
}

TEST(Guarded, NestsInOrder) {
    Guarded<Account, Lock, kOuter> outer(1);
    Guarded<Account, Lock, kInner> inner(2);
    const int sum = outer.with([&](Account& first) {
        return inner.with([&](Account& second) { return first.balance + second.balance + CountingContext::depth; });
    });
    EXPECT_EQ(sum, 5);
    EXPECT_EQ(CountingContext::depth, 0);
}

TEST(Guarded, TwoOfAClassAreHeldTogether) {
    std::array<Guarded<Account, Lock, kOuter>, 2> accounts{Guarded<Account, Lock, kOuter>(3),
                                                           Guarded<Account, Lock, kOuter>(4)};
    using Both = Guarded<Account, Lock, kOuter>;
    const auto difference = [](Account& one, Account& other) {
        EXPECT_EQ(CountingContext::depth, 2);
        return one.balance - other.balance;
    };
    EXPECT_EQ(Both::with_both(accounts[0], accounts[1], difference), -1);
    EXPECT_EQ(Both::with_both(accounts[1], accounts[0], difference), 1);
    EXPECT_EQ(CountingContext::depth, 0);
    EXPECT_EQ(held_locks().count(), 0U);
}

TEST(Guarded, NotesTheHeldLock) {
    Guarded<Account, Lock, kOuter> account;
    const usize before = held_locks().count();
    const usize during = account.with([](Account&) { return held_locks().count(); });
    EXPECT_EQ(during, before + (kCheckLockOrder ? 1 : 0));
    EXPECT_EQ(held_locks().count(), before);
}

} // namespace base
