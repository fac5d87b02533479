/// Random changes, with a processor that reads and writes meanwhile, against a model that remembers every page.
#include <optional>
#include <random>
#include <vector>

#include "libs/page_table/fake_processor.hpp"
#include "libs/page_table/fake_tables.hpp"
#include "libs/page_table/mapper.hpp"
#include "testing/test.hpp"

namespace page_table {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr u64 kPages = 2048; // 8 MiB: four large pages, on both sides of a border of the top table
constexpr u64 kBase = (1ULL << 39) - (kPages / 2) * base::kPageSize;
constexpr u64 kStepsAtOnce = 20'000;

struct ModelPage {
    u64 frame;
    bool writable;
    bool executable;
    ProtectionKey key;
    bool read = false;    ///< since a harvest last told
    bool written = false; ///< the same
};

using Random = std::mt19937_64;

class Model {
  public:
    explicit Model(u64 seed) : random_(seed) {}

    void step() {
        choose_range();
        const bool short_of_tables = random_() % 8 == 0;
        tables_.limit = short_of_tables ? tables_.count() : ~0ULL;
        gather_ = {};
        change();
        tables_.limit = ~0ULL;
        processor_.flush(gather_);
        for (int i = 0; i < 4; ++i) {
            touch(i == 0 ? first_ : random_() % kPages, random_() % 2 == 0);
        }
    }

    void expect_same_around() {
        for (u64 page = first_; page < first_ + std::min<u64>(count_, 16); ++page) {
            expect_same(page);
        }
        for (u64 border : {first_ - 1, first_ + count_ - 1, first_ + count_}) {
            expect_same(border % kPages);
        }
    }

    void expect_all_same() {
        for (u64 page = 0; page < kPages; ++page) {
            expect_same(page);
        }
        for (const auto& [address, cached] : processor_.cache()) {
            const auto& known = pages_[(address.value() - kBase) / base::kPageSize];
            ASSERT_TRUE(known.has_value()) << "a translation outlived its page";
            ASSERT_EQ(cached.page.value() / base::kPageSize, known->frame);
            ASSERT_LE(cached.writable, known->writable) << "a right outlived its end";
        }
    }

    void clear() {
        first_ = 0;
        count_ = kPages;
        unmap();
        EXPECT_EQ(tables_.count(), 1U) << "a table was lost";
    }

  private:
    void choose_range() {
        const bool whole = random_() % 2 == 0;
        first_ = whole ? random_() % 4 * 512 : random_() % kPages;
        count_ = 1 + random_() % std::min<u64>(whole ? 1024 : 8, kPages - first_);
        if (whole && random_() % 2 == 0) {
            count_ = 512;
        }
    }

    void change() {
        switch (random_() % 12) {
        case 0:
        case 1:
        case 2: return map(random_() % 4 != 0 ? first_ : random_() % (1 << 20));
        case 3: return unmap();
        case 4:
        case 5: return protect();
        case 6: return withhold();
        case 7: return replace(random_() % (1 << 20));
        case 8: return join();
        default: return harvest(random_() % 2 == 0 ? Marks::Accessed : Marks::AccessedAndDirty);
        }
    }

    static VirtualAddress address(u64 page) { return VirtualAddress{kBase + page * base::kPageSize}; }

    [[nodiscard]] Bytes size() const { return Bytes{count_ * base::kPageSize}; }

    Access access() { return static_cast<Access>(random_() % 3); }

    template <class Change>
    void for_each_page(Change change) {
        for (u64 page = first_; page < first_ + count_; ++page) {
            if (pages_[page]) {
                change(*pages_[page]);
            }
        }
    }

    void expect_same(u64 page) {
        const auto found = mapper_.translate(address(page));
        const auto& known = pages_[page];
        ASSERT_EQ(found.has_value(), known.has_value()) << page;
        if (found) {
            ASSERT_EQ(found->address.value() / base::kPageSize, known->frame) << page;
            ASSERT_EQ(found->entry.is_writable(), known->writable) << page;
            ASSERT_EQ(found->entry.is_executable(), known->executable) << page;
            ASSERT_EQ(found->entry.key(), known->key) << page;
            ASSERT_LE(known->written, found->entry.is_dirty()) << page << ": a write was forgotten";
            ASSERT_LE(known->read, found->entry.is_accessed()) << page << ": an access was forgotten";
        }
    }

    static ModelPage page_of(u64 frame, const Attributes& attributes) {
        return {frame, attributes.access == Access::ReadWrite, attributes.access == Access::ReadExecute,
                attributes.key};
    }

    Attributes attributes() { return {access(), Owner::User, Cache::WriteBack, static_cast<u8>(random_() % 3)}; }

    void touch(u64 page, bool write) {
        auto& known = pages_[page];
        const bool allowed = known && (!write || known->writable);
        ASSERT_EQ(processor_.touch(address(page), write), allowed) << page;
        if (allowed) {
            known->read = true;
            known->written = known->written || write;
        }
    }

    /// Every visited page must be told of as dirty if it was written.
    void check_told(VirtualAddress at, Entry entry, int level, Marks marks) {
        for (u64 page = (at.value() - kBase) / base::kPageSize, i = 0; i < 1ULL << (9 * level); ++i, ++page) {
            ASSERT_TRUE(pages_[page].has_value());
            ASSERT_LE(pages_[page]->written, entry.is_dirty());
            ASSERT_LE(pages_[page]->read, entry.is_accessed());
            pages_[page]->read = false;
            pages_[page]->written = pages_[page]->written && marks == Marks::Accessed;
        }
    }

    void map(u64 frame) {
        const Attributes given = attributes();
        bool free = true;
        for_each_page([&free](const ModelPage&) { free = false; });
        const auto done = mapper_.map(address(first_), PhysicalAddress{frame * base::kPageSize}, size(), given);
        ASSERT_TRUE(done.has_value() == free || done.error() == base::Error::NoMemory);
        for (u64 i = 0; done && i < count_; ++i) {
            pages_[first_ + i] = page_of(frame + i, given);
        }
    }

    void unmap() {
        const u64 limit = random_() % 2 == 0 ? kNoLimit : 1 + random_() % 600;
        Bytes done{0};
        while (done < size()) {
            const auto some = mapper_.unmap(address(first_) + done, size() - done, gather_, limit,
                                            [this](VirtualAddress at, Entry entry, int level) {
                                                check_told(at, entry, level, Marks::AccessedAndDirty);
                                            });
            if (!some) {
                ASSERT_EQ(some.error(), base::Error::NoMemory);
                ASSERT_EQ(done, Bytes{0});
                return;
            }
            done += *some;
        }
        std::fill_n(pages_.begin() + static_cast<std::ptrdiff_t>(first_), count_, std::nullopt);
    }

    void protect() {
        const Protection wanted{access(), random_() % 2 == 0 ? Writes::Grant : Writes::Keep,
                                random_() % 2 == 0 ? std::nullopt : std::optional<ProtectionKey>(random_() % 16)};
        if (mapper_.protect(address(first_), size(), wanted, gather_)) {
            for_each_page([&wanted](ModelPage& page) {
                page.writable = wanted.access == Access::ReadWrite && (wanted.writes == Writes::Grant || page.writable);
                page.executable = wanted.access == Access::ReadExecute;
                page.key = wanted.key.value_or(page.key);
            });
        }
    }

    void withhold() {
        if (mapper_.withhold_writes(address(first_), size(), gather_)) {
            for_each_page([](ModelPage& page) { page.writable = false; });
        }
    }

    void replace(u64 frame) {
        const Attributes given = attributes();
        if (const auto old =
                mapper_.replace(address(first_), PhysicalAddress{frame * base::kPageSize}, given, gather_)) {
            check_told(address(first_), *old, 0, Marks::AccessedAndDirty);
            pages_[first_] = page_of(frame, given);
        }
    }

    void join() {
        const u64 first = first_ / 512 * 512;
        if (mapper_.join(address(first), 1, gather_)) {
            ASSERT_EQ(mapper_.translate(address(first))->level, 1);
        }
    }

    void harvest(Marks marks) {
        const auto told = [this, marks](VirtualAddress at, Entry entry, int level) {
            check_told(at, entry, level, marks);
        };
        ASSERT_TRUE(mapper_.harvest(address(first_), size(), marks, gather_, kNoLimit, told).has_value());
        for_each_page([marks](const ModelPage& page) {
            ASSERT_FALSE(page.read) << "an access was not told";
            ASSERT_FALSE(page.written && marks == Marks::AccessedAndDirty) << "a write was not told";
        });
    }

    using u8 = base::u8;

    Random random_;
    FakeTables tables_;
    PhysicalAddress top_ = *tables_.allocate_table();
    Mapper<FakeTables> mapper_{tables_, top_, kLargestPageLevel};
    FakeProcessor processor_{tables_, top_};
    std::vector<std::optional<ModelPage>> pages_ = std::vector<std::optional<ModelPage>>(kPages);
    Gather gather_;
    u64 first_ = 0;
    u64 count_ = 1;
};

} // namespace

TEST(MapperModel, AgreesAfterEveryChange) {
    for (u64 seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed);
        for (u64 i = 0; i < kStepsAtOnce && !testing::Test::HasFatalFailure(); ++i) {
            model.step();
            model.expect_same_around();
            if (i % 128 == 0) {
                model.expect_all_same();
            }
        }
        model.clear();
    }
}

} // namespace page_table
