/// Random changes against a model that computes everything anew from a plain list.
#include <array>
#include <random>
#include <vector>

#include "libs/scheduler/fair_queue.hpp"
#include "libs/scheduler/run_queue.hpp"
#include "testing/test.hpp"

namespace scheduler {

namespace {

using base::i64;
using base::Nanoseconds;
using base::u64;
using base::usize;

__extension__ using Wide = __int128;

constexpr usize kThreads = 40;
constexpr Wide kUnit = Wide{1024} * 1024;

/// One thread as the model sees it: numbers that neither wrap nor are kept up to date.
struct Entry {
    Wide weight = 0;
    Wide slice = 0;
    Wide time = 0;
    Wide fraction = 0;
    Wide deadline = 0;
    Wide lag = 0;
    u64 request = 0; ///< in the order of their beginnings
    bool is_here = false;
};

Wide floor_divide(Wide a, Wide b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

/// Slow: each question walks all threads.
class SlowQueue {
  public:
    void add(Entry& entry) { add(entry, entry.slice * kUnit); }

    /// `left`: of its request.
    void add(Entry& entry, Wide left) {
        const Wide most = 2 * entry.slice * kUnit;
        Wide owed = entry.lag;
        if (owed < 0) {
            owed = std::max(owed, std::min((average() - entry.time) * entry.weight, Wide{0}));
        }
        const Wide lag = std::clamp(owed, -most, most);
        const Wide total = weight();
        entry.time = average() - lag / entry.weight - (total == 0 ? Wide{0} : lag / total);
        entry.fraction = 0;
        entry.is_here = true;
        begin_request(entry, left);
        settle();
    }

    void remove(Entry& entry) {
        entry.lag = (average() - entry.time) * entry.weight;
        entry.is_here = false;
        settle();
    }

    bool charge(Entry& entry, Wide ran) {
        const Wide progress = ran * kUnit + entry.fraction;
        entry.time += progress / entry.weight;
        entry.fraction = progress % entry.weight;
        settle();
        const bool is_fulfilled = entry.time >= entry.deadline;
        if (is_fulfilled) {
            const bool is_alone = weight() == entry.weight;
            const Wide late = entry.time - entry.deadline;
            begin_request(entry, entry.slice * kUnit);
            entry.deadline -= is_alone ? late % (entry.deadline - entry.time) : Wide{0};
            return !is_alone;
        }
        return false;
    }

    Entry* pick() {
        Entry* best = nullptr;
        for (Entry& entry : entries) {
            if (entry.is_here && entry.time <= average() && (best == nullptr || is_before(entry, *best))) {
                best = &entry;
            }
        }
        return best;
    }

    std::array<Entry, kThreads> entries{};

  private:
    static bool is_before(const Entry& a, const Entry& b) {
        return a.deadline != b.deadline ? a.deadline < b.deadline : a.request < b.request;
    }

    void begin_request(Entry& entry, Wide wanted) {
        entry.deadline = entry.time + std::max(wanted / entry.weight, Wide{1});
        entry.request = ++requests_;
    }

    [[nodiscard]] Wide weight() const {
        Wide sum = 0;
        for (const Entry& entry : entries) {
            sum += entry.is_here ? entry.weight : 0;
        }
        return sum;
    }

    [[nodiscard]] Wide average() const { return average_; }

    /// The average of those who are here; while nobody is, the last one.
    void settle() {
        Wide sum = 0;
        for (const Entry& entry : entries) {
            sum += entry.is_here ? entry.weight * entry.time : 0;
        }
        average_ = weight() == 0 ? average_ : floor_divide(sum, weight());
    }

    Wide average_ = 0;
    u64 requests_ = 0;
};

class Model {
  public:
    explicit Model(u64 seed) : random_(seed) {
        for (usize index = 0; index < kThreads; ++index) {
            const auto weight = static_cast<base::u32>(random_() % 3 == 0 ? 1 + random_() % 65'536 : 1 + random_() % 9);
            const u64 slice = 100'000 + random_() % 5'000'000;
            threads_.push_back(std::make_unique<Runner>(Parameters::interactive(weight, Nanoseconds{slice})));
            slow_.entries.at(index).weight = Wide{weight} * 1024;
            slow_.entries.at(index).slice = slice;
        }
    }

    ~Model() {
        for (usize index = 0; index < kThreads; ++index) {
            if (slow_.entries.at(index).is_here) {
                queue_.remove(context(index));
            }
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        const usize index = random_() % kThreads;
        Entry& entry = slow_.entries.at(index);
        if (random_() % 4 != 0) {
            run();
        } else if (!entry.is_here) {
            queue_.add(context(index));
            slow_.add(entry);
        } else if (random_() % 2 == 0) {
            queue_.remove(context(index));
            slow_.remove(entry);
        } else {
            reweigh(index);
        }
        check();
    }

  private:
    Context& context(usize index) { return threads_.at(index)->own(); }

    usize index_of(const Entry* entry) const { return static_cast<usize>(entry - slow_.entries.data()); }

    void reweigh(usize index) {
        Entry& entry = slow_.entries.at(index);
        const u64 weight = 1 + random_() % 100'000;
        queue_.reweigh(context(index), weight);
        if (entry.weight != Wide{weight}) {
            const Wide left = (entry.deadline - entry.time) * entry.weight;
            slow_.remove(entry);
            entry.weight = weight;
            slow_.add(entry, left);
        }
    }

    void run() {
        if (Entry* const next = slow_.pick(); next != nullptr) {
            const u64 ran = random_() % (random_() % 8 == 0 ? 20'000'000 : 2'000'000);
            EXPECT_EQ(queue_.charge(context(index_of(next)), Nanoseconds{ran}), slow_.charge(*next, ran));
        }
    }

    void check() {
        const Entry* const expected = slow_.pick();
        EXPECT_EQ(queue_.pick(), expected == nullptr ? nullptr : &context(index_of(expected)));
        for (usize index = 0; index < kThreads; ++index) {
            const Entry& entry = slow_.entries.at(index);
            EXPECT_TRUE(!entry.is_here || queue_.is_eligible(context(index)) == is_eligible(entry));
        }
    }

    bool is_eligible(const Entry& entry) {
        Wide sum = 0;
        for (const Entry& other : slow_.entries) {
            sum += other.is_here ? other.weight * (other.time - entry.time) : 0;
        }
        return sum >= 0;
    }

    std::mt19937_64 random_;
    FairQueue queue_;
    SlowQueue slow_;
    std::vector<std::unique_ptr<Runner>> threads_;
};

} // namespace

TEST(FairQueueModel, AgreesWithAListThatIsComputedAnew) {
    for (u64 seed = 1; seed <= 8; ++seed) {
        Model model(seed);
        for (usize step = 0; step < 5000; ++step) {
            model.step();
            ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
        }
    }
}

} // namespace scheduler
