#include "libs/address_space/gap_tree.hpp"

#include <map>
#include <memory>
#include <random>

#include "testing/test.hpp"

namespace address_space {

using base::Bytes;
using base::u64;
using base::VirtualAddress;

namespace {

struct Range : GapLink<Range> {
    Range(u64 from, u64 to) : span{VirtualAddress{from}, VirtualAddress{to}} {}

    [[nodiscard]] VirtualAddress start() const { return span.start; }

    [[nodiscard]] VirtualAddress end() const { return span.end; }

    Span span;
};

/// The tree beside a map, in a space of 4096 addresses.
class Model {
  public:
    explicit Model(u64 seed) : random_(seed) {}

    ~Model() {
        for (auto& [start, range] : ranges_) {
            tree_.remove(*range);
        }
    }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        const u64 start = random_() % 4096;
        switch (random_() % 4) {
        case 0: return remove(start);
        case 1: return change(start);
        default: return insert(start, start + 1 + random_() % 32);
        }
    }

    void check() {
        ASSERT_EQ(tree_.count(), ranges_.size());
        const Range* at = tree_.first();
        for (const auto& [start, range] : ranges_) {
            ASSERT_EQ(at, range.get());
            at = tree_.next(*at);
        }
        ASSERT_EQ(at, nullptr);
        const u64 address = random_() % 4200;
        const auto behind = ranges_.upper_bound(address);
        ASSERT_EQ(tree_.at_or_before(VirtualAddress{address}),
                  behind == ranges_.begin() ? nullptr : std::prev(behind)->second.get());
        check_gap(random_() % 4096, random_() % 4200, 1 + random_() % 200);
    }

  private:
    void check_gap(u64 low, u64 high, u64 size) {
        const auto found = tree_.find_gap({VirtualAddress{low}, VirtualAddress{high}}, Bytes{size});
        u64 from = low;
        for (const auto& [start, range] : ranges_) {
            if (start >= from + size) {
                break;
            }
            from = std::max(from, range->end().value());
        }
        const bool exists = from + size <= high;
        ASSERT_EQ(found.has_value(), exists) << low << ' ' << high << ' ' << size;
        ASSERT_TRUE(!exists || found->value() == from);
    }

    void insert(u64 start, u64 end) {
        if (tree_.first_in({VirtualAddress{start}, VirtualAddress{end}}) != nullptr) {
            return;
        }
        auto range = std::make_unique<Range>(start, end);
        tree_.insert(*range);
        ranges_.emplace(start, std::move(range));
    }

    void remove(u64 at) {
        const auto found = ranges_.lower_bound(at);
        if (found != ranges_.end()) {
            tree_.remove(*found->second);
            ranges_.erase(found);
        }
    }

    void change(u64 at) {
        const auto found = ranges_.lower_bound(at);
        if (found == ranges_.end()) {
            return;
        }
        const auto next = std::next(found);
        const u64 limit = next == ranges_.end() ? 4200 : next->first;
        const u64 start = found->first;
        const u64 end = start + 1 + random_() % (limit - start);
        Range& range = *found->second;
        tree_.change(range, [&] { range.span.end = VirtualAddress{end}; });
    }

    std::mt19937_64 random_;
    std::map<u64, std::unique_ptr<Range>> ranges_;
    GapTree<Range> tree_;
};

} // namespace

TEST(GapTree, AgreesWithAMap) {
    for (u64 seed = 0; seed < 40 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed);
        for (int i = 0; i < 500 && !testing::Test::HasFailure(); ++i) {
            model.step();
            model.check();
        }
    }
}

TEST(GapTree, StaysLowForAnyOrder) {
    std::vector<std::unique_ptr<Range>> ranges;
    GapTree<Range> tree;
    for (u64 i = 0; i < 4096; ++i) {
        ranges.push_back(std::make_unique<Range>(i * 16, i * 16 + 8));
        tree.insert(*ranges.back());
    }
    EXPECT_LE(tree.height(), 17) << "1.44 times the logarithm";
    for (u64 i = 0; i < 4096; ++i) {
        if (i % 8 != 0) {
            tree.remove(*ranges[i]);
        }
    }
    EXPECT_LE(tree.height(), 13);
    for (u64 i = 0; i < 4096; i += 8) {
        tree.remove(*ranges[i]);
    }
    EXPECT_TRUE(tree.empty());
}

} // namespace address_space
