/// Random histories of several objects and their clones against a model, with allocations that fail.
#include <list>
#include <random>
#include <vector>

#include "libs/memory_object/fake_resources.hpp"
#include "libs/memory_object/memory_object.hpp"
#include "libs/memory_object/object_model.hpp"
#include "testing/test.hpp"

namespace memory_object {

using base::Bytes;
using base::Error;
using base::Result;
using base::u64;
using base::u8;
using base::usize;

namespace {

using Object = MemoryObject<FakeResources>;

struct Pair {
    Object object;
    ObjectModel model;
};

class History {
  public:
    explicit History(u64 seed) : random_(seed) {
        add(Pair{*Object::anonymous(Bytes{kLenderPages * base::kPageSize}), {Kind::Anonymous, kLenderPages}});
        for (int i = 0; i < 2; ++i) {
            const u64 pages = any_size();
            add(Pair{*Object::anonymous(bytes_of(pages)), {Kind::Anonymous, pages}});
        }
        add(Pair{
            *Object::pager_backed(bytes_of(300), seed % 2 == 0 ? FirstWrite::AsksThePager : FirstWrite::IsRecorded),
            {Kind::PagerBacked, 300}});
        pairs_.back().model.asks_before_write = seed % 2 == 0;
    }

    void step() {
        Pair& pair = any();
        if (random_() % 4 == 0) {
            source_.fail_at(random_() % 6);
        }
        act(pair);
        source_.never_fail();
    }

    /// Compares every page, then takes all away.
    void finish() {
        for (Pair& pair : pairs_) {
            for (u64 page = 0; page < std::min<u64>(pair.model.pages, 40); ++page) {
                expect_page(pair, page);
            }
            for (const auto& [page, content] : pair.model.there) {
                expect_page(pair, page);
            }
            for (const auto& [page, times] : pair.model.pins) {
                for (unsigned i = 0; i < times; ++i) {
                    ASSERT_TRUE(pair.object.unpin(page, 1).has_value());
                }
            }
        }
        while (!pairs_.empty()) { // a view is behind the object it sees
            destroy(pairs_.back());
            pairs_.pop_back();
        }
        EXPECT_EQ(source_.frames_in_use(), 0U);
        EXPECT_EQ(source_.nodes_in_use(), 0U);
    }

  private:
    static constexpr u64 kLenderPages = 96;
    static constexpr usize kMostObjects = 8;

    static Bytes bytes_of(u64 pages) { return Bytes{pages * base::kPageSize}; }

    void add(Pair&& pair) { pairs_.push_back(std::move(pair)); }

    Pair& any() { return *std::next(pairs_.begin(), static_cast<std::ptrdiff_t>(random_() % pairs_.size())); }

    Pair& lender() { return pairs_.front(); }

    /// Any height of tree.
    u64 any_size() { return 1 + random_() % (u64{1} << (random_() % 25)); }

    /// Few enough to be met again, spread over all levels.
    u64 any_page(const ObjectModel& model) {
        if (model.pages == 0) {
            return random_() % 4;
        }
        const u64 page = random_() % 24 + (u64{1} << (random_() % 25)) * (random_() % 3);
        return random_() % 32 == 0 ? page : page % model.pages;
    }

    u64 any_count() { return random_() % 4 == 0 ? random_() % 300 : 1 + random_() % 4; }

    static bool is_in(const ObjectModel& model, u64 first, u64 count) {
        return count != 0 && first < model.pages && count <= model.pages - first;
    }

    static Error range_error(u64 count) { return count == 0 ? Error::InvalidArgument : Error::OutOfRange; }

    void act(Pair& pair) {
        const u64 page = any_page(pair.model);
        const u64 count = any_count();
        switch (random_() % 16) {
        case 0: return discard(pair, page, count);
        case 1: return zero(pair, page, count);
        case 2: return resize(pair);
        case 3: return clone(pair);
        case 4: return remove(pair);
        case 5: return &pair == &lender() ? void() : pin(pair, page, 1 + random_() % 3);
        case 6: return &pair == &lender() ? void() : unpin(pair, page, 1 + random_() % 2); // its pins are loans
        case 7: return commit(pair, page, 1 + random_() % 8);
        case 8: return supply(pair, page, random_() % 6);
        case 9: return withdraw(pair, page, count);
        case 10: return clean(pair, page, count);
        case 11: return grant(pair, page, 1 + random_() % 4);
        case 12:
        case 13: return read(pair, page);
        default: return write(pair, page);
        }
    }

    void write(Pair& pair, u64 page) {
        const u64 offset = page * base::kPageSize + random_() % base::kPageSize;
        const usize size = 1 + random_() % (random_() % 4 == 0 ? 6000 : 20);
        std::vector<std::byte> bytes(size, std::byte(random_() % 256));
        const auto result = pair.object.write(source_, Bytes{offset}, bytes);
        const u64 end = pair.model.pages * base::kPageSize;
        if (offset >= end || size > end - offset) {
            ASSERT_EQ(result, Error::OutOfRange);
            return;
        }
        if (!result) {
            ASSERT_EQ(result.error(), Error::NoMemory);
            return;
        }
        for (u64 at = offset; at < result->next; ++at) {
            PageBytes* const content = pair.model.written(at / base::kPageSize);
            ASSERT_NE(content, nullptr);
            (*content)[at % base::kPageSize] = std::to_integer<u8>(bytes[0]);
            const u64 whole = std::min(result->next - at, base::kPageSize - at % base::kPageSize);
            std::fill_n(content->begin() + static_cast<std::ptrdiff_t>(at % base::kPageSize), whole,
                        std::to_integer<u8>(bytes[0]));
            at += whole - 1;
        }
        expect_stop(pair, *result, offset + size, Want::Write);
    }

    /// Why a copy stopped before its end.
    void expect_stop(Pair& pair, const Progress& progress, u64 end, Want want) {
        if (progress.outcome == Outcome::AskThePager) {
            const u64 page = progress.next / base::kPageSize;
            ASSERT_TRUE(want == Want::Read ? !pair.model.seen(page) : pair.model.written(page) == nullptr);
        } else {
            ASSERT_TRUE(progress.next == end || source_.has_failed());
        }
    }

    void read(Pair& pair, u64 page) {
        const u64 offset = page * base::kPageSize + random_() % base::kPageSize;
        std::vector<std::byte> bytes(1 + random_() % (random_() % 4 == 0 ? 6000 : 20));
        const auto result = pair.object.read(source_, Bytes{offset}, bytes);
        const u64 end = pair.model.pages * base::kPageSize;
        if (offset >= end || bytes.size() > end - offset) {
            ASSERT_EQ(result, Error::OutOfRange);
            return;
        }
        ASSERT_TRUE(result.has_value());
        for (u64 at = offset; at < result->next; ++at) {
            const auto content = pair.model.seen(at / base::kPageSize);
            ASSERT_TRUE(content.has_value());
            const u8 expected = *content == nullptr ? u8{0} : (**content)[at % base::kPageSize];
            ASSERT_EQ(std::to_integer<u8>(bytes[at - offset]), expected) << at;
        }
        expect_stop(pair, *result, offset + bytes.size(), Want::Read);
    }

    void expect_page(Pair& pair, u64 page) {
        if (page >= pair.model.pages) {
            return;
        }
        std::array<std::byte, base::kPageSize> bytes{};
        const auto result = pair.object.read(source_, bytes_of(page), bytes);
        ASSERT_TRUE(result.has_value());
        const auto content = pair.model.seen(page);
        ASSERT_EQ(result->outcome, content ? Outcome::Ready : Outcome::AskThePager);
        if (content) {
            const PageBytes zeroes{};
            const PageBytes& expected = *content == nullptr ? zeroes : **content;
            ASSERT_TRUE(std::ranges::equal(bytes, expected, {}, [](std::byte b) { return std::to_integer<u8>(b); }));
        }
    }

    void discard(Pair& pair, u64 first, u64 count) {
        Work work(random_() % 200);
        const auto result = pair.object.discard(source_, first, count, work);
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
        } else if (pair.model.kind == Kind::PagerBacked) {
            ASSERT_EQ(result, Error::Unsupported);
        } else if (pair.model.is_any_pinned(first, first + count - 1)) {
            ASSERT_EQ(result, Error::Busy);
        } else if (result) {
            pair.model.forget(first, result->next);
        } else {
            ASSERT_EQ(result.error(), Error::NoMemory);
        }
    }

    void zero(Pair& pair, u64 first, u64 count) {
        Work work(random_() % 2000);
        const auto result = pair.object.zero(source_, first, count, work);
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
            return;
        }
        if (!result) {
            ASSERT_EQ(result.error(), Error::NoMemory);
            return;
        }
        for (u64 page = first; page < result->next; ++page) {
            const auto before = pair.model.seen(page);
            if (pair.model.kind != Kind::PagerBacked && before && *before == nullptr) {
                continue;
            }
            if (pair.model.kind == Kind::View && !pair.model.there.contains(page)) {
                pair.model.there[page].bytes = std::make_shared<PageBytes>();
                continue;
            }
            PageBytes* const content = pair.model.written(page);
            ASSERT_NE(content, nullptr);
            content->fill(0);
        }
    }

    void resize(Pair& pair) {
        const u64 pages = random_() % 3 == 0 ? any_size() : pair.model.pages + random_() % 3;
        const u64 before = pair.model.pages;
        if (pages < before && is_seen_by_view(pair)) {
            return; // what the view then sees has a test of its own
        }
        Work work(random_() % 200);
        const bool is_busy =
            pages < before &&
            (pair.model.is_any_pinned(pages, before - 1) ||
             (pair.model.kind == Kind::PagerBacked && pair.model.there.lower_bound(pages) != pair.model.there.end()));
        auto result = pair.object.resize(source_, bytes_of(pages), work);
        if (is_busy) {
            ASSERT_EQ(result, Error::Busy);
            return;
        }
        source_.never_fail();
        const bool failed = !result;
        if (failed) {
            ASSERT_EQ(result.error(), Error::NoMemory);
            ASSERT_EQ(pair.object.pages(), before);
            return;
        }
        while (!*result) {
            Work more(100);
            result = pair.object.resize(source_, bytes_of(pages), more);
            ASSERT_TRUE(result.has_value());
        }
        pair.model.pages = pages;
        pair.model.origin_pages = std::min(pair.model.origin_pages, pages);
        pair.model.there.erase(pair.model.there.lower_bound(pages), pair.model.there.end());
    }

    bool is_seen_by_view(const Pair& pair) {
        return std::ranges::any_of(pairs_, [&](const Pair& other) { return other.model.origin == &pair.model; });
    }

    void clone(Pair& pair) {
        if (pairs_.size() >= kMostObjects) {
            return;
        }
        auto copy = pair.object.clone();
        if (!pair.model.pins.empty()) {
            ASSERT_EQ(copy.has_value() ? Error{} : copy.error(), Error::Busy);
            return;
        }
        ASSERT_TRUE(copy.has_value());
        ObjectModel model(pair.model.kind == Kind::PagerBacked ? Kind::View : pair.model.kind, pair.model.pages);
        model.origin = pair.model.kind == Kind::PagerBacked ? &pair.model : pair.model.origin;
        model.origin_pages = pair.model.kind == Kind::PagerBacked ? pair.model.pages : pair.model.origin_pages;
        if (pair.model.kind != Kind::PagerBacked) {
            model.there = pair.model.there;
        }
        add(Pair{std::move(*copy), std::move(model)});
    }

    void destroy(Pair& pair) {
        for (;;) {
            Work work(random_() % 300);
            if (pair.object.destroy(source_, work)) {
                return;
            }
        }
    }

    void remove(Pair& pair) {
        // The first four stay: the lender, two, and the one with the pager, which views see.
        for (auto at = std::next(pairs_.begin(), 4); at != pairs_.end(); ++at) {
            if (&*at == &pair && pair.model.pins.empty()) {
                destroy(pair);
                pairs_.erase(at);
                return;
            }
        }
    }

    void pin(Pair& pair, u64 first, u64 count) {
        const Want want = random_() % 2 == 0 ? Want::Read : Want::Write;
        Work work(1000);
        const auto result = pair.object.pin(source_, first, count, want, work);
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
            return;
        }
        if (!result) {
            ASSERT_TRUE(result.error() == Error::NoMemory);
            return;
        }
        for (u64 page = first; page < result->next; ++page) {
            ++pair.model.pins[page];
            if (pair.model.kind != Kind::PagerBacked || want == Want::Write) {
                ASSERT_NE(pair.model.written(page), nullptr);
            }
        }
    }

    void unpin(Pair& pair, u64 first, u64 count) {
        const auto result = pair.object.unpin(first, count);
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
            return;
        }
        for (u64 page = first; page < first + count; ++page) {
            if (!pair.model.pins.contains(page)) {
                ASSERT_EQ(result, Error::BadState);
                return;
            }
        }
        ASSERT_TRUE(result.has_value());
        for (u64 page = first; page < first + count; ++page) {
            if (--pair.model.pins[page] == 0) {
                pair.model.pins.erase(page);
            }
        }
    }

    void commit(Pair& pair, u64 first, u64 count) {
        Work work(1000);
        const auto result = pair.object.commit(source_, first, count, work);
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
            return;
        }
        for (u64 page = first; result && page < result->next; ++page) {
            ASSERT_NE(pair.model.written(page), nullptr);
        }
    }

    /// Lends pages that hold something of their own, each to one page at a time.
    void supply(Pair& pair, u64 first, u64 count) {
        const u64 from = next_lent_;
        if (from + count > kLenderPages) {
            return;
        }
        std::vector<Frame> frames(count);
        const bool is_given = random_() % 3 == 0;
        const Want grant = random_() % 2 == 0 ? Want::Read : Want::Write;
        if (!take(from, frames, is_given)) {
            return;
        }
        std::vector<SharedBytes> content;
        for (u64 i = 0; i < count; ++i) {
            content.push_back(lender().model.there.at(from + i).bytes);
        }
        const auto result = pair.object.supply(source_, first, frames, is_given ? Supply::Given : Supply::Lent, grant);
        if (!result) {
            expect_supply_error(pair, first, count, result.error());
            if (count != 0 && is_given) {
                lender().object.take_back(from, frames);
            } else if (count != 0) {
                ASSERT_TRUE(lender().object.unpin(from, count).has_value());
            }
            return;
        }
        next_lent_ += count;
        for (u64 i = 0; i < count; ++i) {
            pair.model.there[first + i] = {content[i], !is_given, false, grant == Want::Write};
            if (is_given) {
                discard_given(from + i);
            } else {
                lender().model.there.at(from + i).is_lent = true;
                lent_[{first + i}] = from + i;
                ++lender().model.pins[from + i];
            }
        }
    }

    void discard_given(u64 page) {
        source_.never_fail();
        ASSERT_EQ(lender().object.resolve(source_, page, Want::Read), Error::BadState);
        Work work(100);
        ASSERT_TRUE(lender().object.discard(source_, page, 1, work).has_value());
        lender().model.there.erase(page);
    }

    /// Gets frames of the lender whose content is its own. Whether it did.
    bool take(u64 from, std::span<Frame> frames, bool is_given) {
        if (frames.empty()) {
            return true;
        }
        for (u64 i = 0; i < frames.size(); ++i) {
            if (lender().model.pages != kLenderPages || lender().model.written(from + i) == nullptr) {
                return false;
            }
        }
        if (is_given) {
            return lender().object.give(source_, from, frames).has_value();
        }
        const auto result = lender().object.lend(source_, from, frames);
        if (result && result->next != from + frames.size()) {
            static_cast<void>(lender().object.unpin(from, result->next - from));
            return false;
        }
        return result.has_value();
    }

    static void expect_supply_error(Pair& pair, u64 first, u64 count, Error error) {
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(error, range_error(count));
        } else if (pair.model.kind != Kind::PagerBacked) {
            ASSERT_EQ(error, Error::Unsupported);
        } else if (error != Error::NoMemory) {
            ASSERT_EQ(error, Error::Exists);
            const auto found = pair.model.there.lower_bound(first);
            ASSERT_TRUE(found != pair.model.there.end() && found->first < first + count);
        }
    }

    void withdraw(Pair& pair, u64 first, u64 count) {
        Work work(random_() % 200);
        std::map<u64, bool> withdrawn;
        const auto result = pair.object.withdraw(source_, first, count, work, [&](u64 page, Word word) {
            ASSERT_EQ(word.tag() == Tag::Foreign, pair.model.there.at(page).is_lent);
            withdrawn[page] = word.is_dirty();
        });
        if (!is_in(pair.model, first, count)) {
            ASSERT_EQ(result, range_error(count));
        } else if (pair.model.kind != Kind::PagerBacked) {
            ASSERT_EQ(result, Error::Unsupported);
        } else if (pair.model.is_any_pinned(first, first + count - 1)) {
            ASSERT_EQ(result, Error::Busy);
        } else {
            ASSERT_TRUE(result.has_value());
            for (auto at = pair.model.there.lower_bound(first);
                 at != pair.model.there.end() && at->first < result->next; at = pair.model.there.erase(at)) {
                ASSERT_TRUE(withdrawn.contains(at->first));
                ASSERT_EQ(withdrawn[at->first], at->second.is_dirty);
                end_loan(at->first);
                withdrawn.erase(at->first);
            }
            ASSERT_TRUE(withdrawn.empty());
        }
    }

    void end_loan(u64 page) {
        const auto loan = lent_.find(page);
        if (loan == lent_.end()) {
            return;
        }
        ASSERT_TRUE(lender().object.unpin(loan->second, 1).has_value());
        if (--lender().model.pins[loan->second] == 0) {
            lender().model.pins.erase(loan->second);
        }
        lender().model.there.at(loan->second).is_lent = false;
        lent_.erase(loan);
    }

    void clean(Pair& pair, u64 first, u64 count) {
        Work work(~u64{0});
        usize cleaned = 0;
        const auto result = pair.object.clean(first, count, work, [&](u64 page, Word) {
            ASSERT_TRUE(pair.model.there.at(page).is_dirty);
            ++cleaned;
        });
        if (!is_in(pair.model, first, count) || pair.model.kind != Kind::PagerBacked) {
            ASSERT_FALSE(result.has_value());
            return;
        }
        ASSERT_EQ(result->next, first + count);
        for (auto at = pair.model.there.lower_bound(first); at != pair.model.there.end() && at->first < first + count;
             ++at) {
            cleaned -= at->second.is_dirty ? 1 : 0;
            if (at->second.is_dirty && !pair.model.pins.contains(at->first)) {
                at->second.is_dirty = false;
                at->second.is_granted = false;
            }
        }
        ASSERT_EQ(cleaned, 0U);
    }

    void grant(Pair& pair, u64 first, u64 count) {
        const auto result = pair.object.grant_writing(first, count);
        if (!is_in(pair.model, first, count) || pair.model.kind != Kind::PagerBacked) {
            ASSERT_FALSE(result.has_value());
            return;
        }
        for (u64 page = first; page < first + count; ++page) {
            if (!pair.model.there.contains(page)) {
                ASSERT_EQ(result, Error::NotFound);
                return;
            }
        }
        ASSERT_TRUE(result.has_value());
        for (u64 page = first; page < first + count; ++page) {
            pair.model.there.at(page).is_granted = true;
        }
    }

    std::mt19937_64 random_;
    FakeResources source_{1 << 13};
    std::list<Pair> pairs_;
    std::map<u64, u64> lent_; ///< pages of the pager-backed object: which of the lender's they borrow
    u64 next_lent_ = 0;
};

} // namespace

TEST(MemoryObjectModel, AgreesWhateverFails) {
    for (u64 seed = 0; seed < 1200 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        History history(seed);
        for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i) {
            history.step();
        }
        history.finish();
    }
}

} // namespace memory_object
