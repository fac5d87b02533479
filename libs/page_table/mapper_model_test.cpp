/// Random changes against a model that remembers every page.
#include <map>
#include <random>

#include "libs/page_table/fake_tables.hpp"
#include "libs/page_table/mapper.hpp"
#include "testing/test.hpp"

namespace page_table {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr u64 kPages = 2048; // 8 MiB: four large pages
constexpr u64 kBase = (1ULL << 39) - (kPages / 2) * base::kPageSize;

struct ModelPage {
    u64 frame;
    Access access;
};

class Model {
  public:
    void step(std::mt19937_64& random) {
        const bool whole = random() % 2 == 0;
        first_ = whole ? random() % 4 * 512 : random() % kPages;
        count_ = 1 + random() % std::min<u64>(whole ? 1024 : 8, kPages - first_);
        const auto access = static_cast<Access>(random() % 3);
        switch (random() % 3) {
        case 0: return map(random() % 2 == 0 ? first_ : random() % (1 << 20), access);
        case 1: return unmap();
        default: return protect(access);
        }
    }

    void expect_same() {
        for (u64 page = 0; page < kPages; ++page) {
            const auto found = mapper_.translate(address(page));
            const auto known = pages_.find(page);
            ASSERT_EQ(found.has_value(), known != pages_.end()) << page;
            if (found) {
                ASSERT_EQ(found->address.value() / base::kPageSize, known->second.frame) << page;
                ASSERT_EQ(found->entry.is_writable(), known->second.access == Access::ReadWrite) << page;
                ASSERT_EQ(found->entry.is_executable(), known->second.access == Access::ReadExecute) << page;
            }
        }
    }

    void clear() {
        ASSERT_TRUE(mapper_.unmap(address(0), Bytes{kPages * base::kPageSize}).has_value());
        EXPECT_EQ(tables_.count(), 1U);
    }

  private:
    static VirtualAddress address(u64 page) { return VirtualAddress{kBase + page * base::kPageSize}; }

    [[nodiscard]] Bytes size() const { return Bytes{count_ * base::kPageSize}; }

    [[nodiscard]] bool is_free() const {
        const auto next = pages_.lower_bound(first_);
        return next == pages_.end() || next->first >= first_ + count_;
    }

    void map(u64 frame, Access access) {
        const PhysicalAddress start{frame * base::kPageSize};
        const bool free = is_free();
        ASSERT_EQ(mapper_.map(address(first_), start, size(), access, Owner::User).has_value(), free);
        for (u64 i = 0; free && i < count_; ++i) {
            pages_.emplace(first_ + i, ModelPage{frame + i, access});
        }
    }

    void unmap() {
        ASSERT_TRUE(mapper_.unmap(address(first_), size()).has_value());
        pages_.erase(pages_.lower_bound(first_), pages_.lower_bound(first_ + count_));
    }

    void protect(Access access) {
        ASSERT_TRUE(mapper_.protect(address(first_), size(), access).has_value());
        for (auto at = pages_.lower_bound(first_); at != pages_.end() && at->first < first_ + count_; ++at) {
            at->second.access = access;
        }
    }

    FakeTables tables_;
    Mapper<FakeTables> mapper_{tables_, *tables_.allocate_table(), kLargestPageLevel};
    std::map<u64, ModelPage> pages_;
    u64 first_ = 0;
    u64 count_ = 1;
};

} // namespace

TEST(MapperModel, AgreesAfterEveryChange) {
    for (u64 seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        Model model;
        for (int i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) {
            model.step(random);
            model.expect_same();
        }
        model.clear();
    }
}

} // namespace page_table
