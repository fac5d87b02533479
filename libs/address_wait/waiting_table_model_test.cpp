// Random histories against a list that is looked through from its start.
#include <algorithm>
#include <deque>
#include <list>
#include <random>
#include <vector>

#include "libs/address_wait/fake_waits.hpp"
#include "testing/test.hpp"

namespace address_wait {

using base::u32;
using base::u64;

namespace {

constexpr int kWaiters = 60;
constexpr u64 kObjects = 3;
constexpr u64 kWords = 300; ///< of each: more than there are buckets

class History {
  public:
    explicit History(u64 seed) : random_(seed) {
        for (int i = 0; i < kWaiters; ++i) {
            waiters_.emplace_back(i);
        }
        for (int i = 0; i < 6; ++i) {
            words_.push_back({.object = 1 + random_() % kObjects, .offset = 4 * (random_() % kWords)});
        }
    }

    History(const History&) = delete;
    History& operator=(const History&) = delete;

    ~History() {
        for (FakeWaiter& waiter : waiters_) {
            static_cast<void>(table_.take(waiter));
        }
    }

    void step() {
        switch (random_() % 8) {
        case 0: return wake();
        case 1: return requeue();
        case 2: return take();
        default: return wait();
        }
    }

  private:
    struct Entry {
        int number;
        Word word;
    };

    Word any_word() { return words_.at(random_() % words_.size()); }

    FakeWaiter& any_waiter() { return waiters_.at(random_() % waiters_.size()); }

    bool is_waiting(int number) {
        return std::ranges::any_of(model_, [&](const Entry& entry) { return entry.number == number; });
    }

    /// The first `most` in the model that wait for `word`, taken out.
    std::vector<int> expected(Word word, u32 most) {
        std::vector<int> numbers;
        for (auto entry = model_.begin(); entry != model_.end() && numbers.size() < most;) {
            if (entry->word == word) {
                numbers.push_back(entry->number);
                entry = model_.erase(entry);
            } else {
                ++entry;
            }
        }
        return numbers;
    }

    void wait() {
        FakeWaiter& waiter = any_waiter();
        if (is_waiting(waiter.number)) {
            return;
        }
        const Word word = any_word();
        const bool holds = random_() % 4 != 0;
        ASSERT_EQ(table_.wait(waiter, word, [holds] { return holds; }), holds);
        if (holds) {
            model_.push_back({waiter.number, word});
        }
    }

    void wake() {
        const Word word = any_word();
        const auto most = static_cast<u32>(random_() % 4);
        std::vector<int> woken;
        table_.wake(word, most, [&](Waiter& waiter) { woken.push_back(static_cast<FakeWaiter&>(waiter).number); });
        ASSERT_EQ(woken, expected(word, most));
    }

    void requeue() {
        const Word from = any_word();
        const Word to = any_word();
        if (from == to) {
            return;
        }
        const Counts most{.woken = static_cast<u32>(random_() % 3), .moved = static_cast<u32>(random_() % 5)};
        const bool holds = random_() % 4 != 0;
        std::vector<int> woken;
        std::vector<int> told;
        const auto note_in = [](std::vector<int>& numbers) {
            return [&numbers](Waiter& waiter) { numbers.push_back(static_cast<FakeWaiter&>(waiter).number); };
        };
        const auto done = table_.requeue(from, to, most, [holds] { return holds; }, note_in(woken), note_in(told));
        ASSERT_EQ(done.has_value(), holds);
        if (!holds) {
            return;
        }
        ASSERT_EQ(woken, expected(from, most.woken));
        const std::vector<int> moved = expected(from, most.moved);
        ASSERT_EQ(told, moved);
        for (const int number : moved) {
            model_.push_back({number, to});
        }
        ASSERT_EQ(done.value_or(Counts{}), (Counts{static_cast<u32>(woken.size()), static_cast<u32>(moved.size())}));
    }

    void take() {
        FakeWaiter& waiter = any_waiter();
        const bool waits = is_waiting(waiter.number);
        ASSERT_EQ(table_.take(waiter), waits);
        std::erase_if(model_, [&](const Entry& entry) { return entry.number == waiter.number; });
    }

    std::mt19937_64 random_;
    FakeTable table_;
    std::deque<FakeWaiter> waiters_;
    std::vector<Word> words_;
    std::list<Entry> model_;
};

} // namespace

TEST(WaitingTableModel, IsAListInOrder) {
    constexpr u64 kSeeds = 60;
    constexpr int kSteps = 2'000;
    for (u64 seed = 1; seed <= kSeeds; ++seed) {
        History history(seed);
        for (int i = 0; i < kSteps; ++i) {
            history.step();
        }
    }
}

} // namespace address_wait
