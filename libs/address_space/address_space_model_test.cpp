/// Random changes of an address space, its objects and their clones against a model that remembers every page, with
/// allocations that fail.
#include <map>
#include <random>
#include <vector>

#include "libs/address_space/fake_environment.hpp"
#include "testing/test.hpp"

namespace address_space {

using base::Bytes;
using base::Error;
using base::u64;
using base::u8;
using base::usize;
using base::VirtualAddress;
using memory_object::Outcome;

namespace {

using E = FakeEnvironment;

constexpr u64 kPages = 96; // of the window that is looked at
constexpr u64 kObjects = 4;
constexpr u64 kObjectPages = 64;
constexpr VirtualAddress kWindow{0x4000'0000'0000};

constexpr VirtualAddress address_of(u64 page) { return kWindow + base::Pages{page}.bytes(); }

struct ModelPage {
    FakeObject* object; ///< null: a guard
    u64 page;
    Access access;
    Rights rights;

    friend bool operator==(const ModelPage&, const ModelPage&) = default;
};

/// One address space beside what it should be.
class Space {
  public:
    /// The first byte of each page.
    using Contents = std::map<FakeObject*, std::map<u64, u8>>;

    Space(E& e, std::mt19937_64& random) : e_(e), random_(random) {}

    ~Space() {
        while (!space_.clear(e_)) {
        }
    }

    Space(const Space&) = delete;
    Space& operator=(const Space&) = delete;

    void step(const base::RefPtr<FakeObject>& object, Contents& contents) {
        first_ = random_() % kPages;
        count_ = 1 + random_() % std::min<u64>(12, kPages - first_);
        switch (random_() % 8) {
        case 0: return unmap();
        case 1: return protect();
        case 2: return map(object);
        case 3: return map_guard();
        default: return access(contents);
        }
    }

    /// Every page is what the model says.
    void expect_same(Contents& contents) {
        for (u64 page = 0; page < kPages; ++page) {
            const auto found = space_.query(address_of(page));
            const auto known = pages_.find(page);
            ASSERT_EQ(found.has_value(), known != pages_.end()) << page;
            if (found) {
                const u64 offset = (address_of(page) - found->span.start) / Bytes{base::kPageSize};
                ASSERT_EQ(known->second,
                          (ModelPage{found->object, found->object == nullptr ? 0 : found->first_page + offset,
                                     found->access, found->attributes.rights}))
                    << page;
            }
            expect_entry(page, contents);
        }
    }

    /// After a clone of `object`.
    void protect_from_writing(FakeObject& object) {
        for (Region<E>& region : object.mappings.own) {
            if (region.space == &space_) {
                space_.protect_from_writing(e_, region);
            }
        }
    }

  private:
    /// A page that is mapped allows no more than its region, and shows what its object holds.
    void expect_entry(u64 page, Contents& contents) {
        const auto entry = e_.entries.find(address_of(page));
        if (entry == e_.entries.end()) {
            return;
        }
        const auto known = pages_.find(page);
        ASSERT_TRUE(known != pages_.end() && known->second.object != nullptr) << page;
        ASSERT_TRUE(entry->second.access == Access::Read || entry->second.access == known->second.access);
        ASSERT_EQ(std::to_integer<u8>(e_.bytes(entry->second.frame)[0]),
                  contents[known->second.object][known->second.page]);
        ASSERT_TRUE(entry->second.access != Access::ReadWrite ||
                    *known->second.object->memory.frame_of(known->second.page) == entry->second.frame);
    }

    [[nodiscard]] bool is_free() const {
        const auto next = pages_.lower_bound(first_);
        return next == pages_.end() || next->first >= first_ + count_;
    }

    [[nodiscard]] Bytes size() const { return base::Pages{count_}.bytes(); }

    void map(const base::RefPtr<FakeObject>& object) {
        const Rights rights{random_() % 4 != 0, random_() % 2 == 0};
        const auto access = static_cast<Access>(random_() % 3);
        const u64 page = random_() % kObjectPages;
        const auto result = space_.map(e_, {.object = object,
                                            .first_page = page,
                                            .size = size(),
                                            .access = access,
                                            .attributes = {.rights = rights},
                                            .placement = Placement::Fixed,
                                            .address = address_of(first_)});
        if (!rights.allow(access)) {
            ASSERT_EQ(result, Error::AccessDenied);
        } else if (page + count_ > kObjectPages) {
            ASSERT_EQ(result, Error::OutOfRange);
        } else if (!is_free()) {
            ASSERT_EQ(result, Error::Exists);
        } else if (!result) {
            ASSERT_EQ(result, Error::NoMemory);
        } else {
            for (u64 i = 0; i < count_; ++i) {
                pages_.emplace(first_ + i, ModelPage{object.get(), page + i, access, rights});
            }
        }
    }

    void map_guard() {
        const auto result =
            space_.map(e_, {.size = size(), .placement = Placement::Hinted, .address = address_of(first_)});
        if (!result) {
            ASSERT_EQ(result, Error::NoMemory);
            return;
        }
        const u64 page = (*result - kWindow) / Bytes{base::kPageSize};
        ASSERT_EQ(page == first_, is_free());
        for (u64 i = page; i < page + count_; ++i) {
            ASSERT_TRUE(pages_.emplace(i, ModelPage{nullptr, 0, Access::Read, {}}).second);
        }
    }

    void unmap() {
        for (u64 done = 0; done < count_;) {
            const auto result = space_.unmap(e_, address_of(first_ + done), base::Pages{count_ - done}.bytes());
            const auto next = pages_.lower_bound(first_ + done);
            if (next == pages_.end() || next->first >= first_ + count_) {
                ASSERT_EQ(result, Error::NotFound);
                return;
            }
            if (!result) {
                ASSERT_EQ(result, Error::NoMemory);
                return;
            }
            const u64 step = *result / Bytes{base::kPageSize};
            ASSERT_GE(step, 1U);
            pages_.erase(next, pages_.lower_bound(first_ + done + step));
            done += step;
        }
    }

    void protect() {
        const auto access = static_cast<Access>(random_() % 3);
        auto result = space_.protect(e_, address_of(first_), size(), access);
        bool is_allowed = true;
        for (u64 page = first_; page < first_ + count_; ++page) {
            const auto known = pages_.find(page);
            if (known == pages_.end()) {
                ASSERT_EQ(result, Error::NotFound);
                return;
            }
            is_allowed = is_allowed && known->second.object != nullptr && known->second.rights.allow(access);
        }
        if (!is_allowed) {
            ASSERT_EQ(result, Error::AccessDenied);
            return;
        }
        if (!result) {
            ASSERT_EQ(result, Error::NoMemory);
            return;
        }
        e_.never_fail();
        for (Bytes done = *result; done < size(); done += *result) {
            result = space_.protect(e_, address_of(first_) + done, size() - done, access);
            ASSERT_TRUE(result.has_value());
        }
        for (u64 page = first_; page < first_ + count_; ++page) {
            pages_.at(page).access = access;
        }
    }

    /// What the program's access does: faults until it is allowed, then reads or writes one byte.
    void access(Contents& contents) {
        const auto kind = static_cast<Fault>(random_() % 3);
        const auto result = space_.fault(e_, address_of(first_) + Bytes{random_() % base::kPageSize}, kind);
        const auto known = pages_.find(first_);
        if (known == pages_.end()) {
            ASSERT_EQ(result, Error::NotFound);
            return;
        }
        const ModelPage& page = known->second;
        const bool is_allowed = kind == Fault::Read || (kind == Fault::Write && page.access == Access::ReadWrite) ||
                                (kind == Fault::Execute && page.access == Access::ReadExecute);
        if (page.object == nullptr || !is_allowed) {
            ASSERT_EQ(result, Error::AccessDenied);
            return;
        }
        if (!result) {
            ASSERT_EQ(result, Error::NoMemory);
            return;
        }
        if (result->is_shown_elsewhere) {
            hide_elsewhere(*page.object, page.page);
        }
        const PageEntry& entry = e_.entries.at(address_of(first_));
        u8& content = contents[page.object][page.page];
        ASSERT_EQ(std::to_integer<u8>(e_.bytes(entry.frame)[0]), content);
        if (kind == Fault::Write) {
            ASSERT_EQ(entry.access, Access::ReadWrite);
            content = static_cast<u8>(random_());
            e_.bytes(entry.frame)[0] = std::byte{content};
        }
    }

    void hide_elsewhere(FakeObject& object, u64 page) {
        const auto entry = e_.entries.extract(address_of(first_));
        for (const Region<E>& region : object.mappings.own) {
            space_.hide(e_, region, page, 1);
        }
        e_.entries.insert_or_assign(address_of(first_), entry.mapped());
    }

    E& e_;
    std::mt19937_64& random_;
    AddressSpace<E> space_{kWindow};
    std::map<u64, ModelPage> pages_;
    u64 first_ = 0;
    u64 count_ = 1;
};

/// One address space, objects, and clones that take the place of objects.
class History {
  public:
    explicit History(u64 seed) : random_(seed) {
        e_.slice = Bytes{base::kPageSize * (1 + random_() % 8)};
        for (u64 i = 0; i < kObjects; ++i) {
            objects_.push_back(make(std::move(*FakeMemory::anonymous(Bytes{kObjectPages * base::kPageSize}))));
        }
    }

    void step() {
        const base::RefPtr<FakeObject>& object = objects_[random_() % kObjects];
        if (random_() % 24 == 0) {
            return clone(object);
        }
        if (random_() % 4 == 0) {
            e_.fail_at(random_() % 5);
        }
        space_.step(object, contents_);
        e_.never_fail();
    }

    void check() { space_.expect_same(contents_); }

  private:
    base::RefPtr<FakeObject> make(FakeMemory&& memory) { return FakeObject::make(e_, std::move(memory)); }

    void clone(const base::RefPtr<FakeObject>& object) {
        auto copy = make(std::move(*object->memory.clone()));
        contents_[copy.get()] = contents_[object.get()];
        space_.protect_from_writing(*object);
        base::RefPtr<FakeObject>& place = objects_[random_() % kObjects];
        kept_.push_back(place); // its regions may still show it
        place = std::move(copy);
    }

    std::mt19937_64 random_;
    E e_{4096};
    std::vector<base::RefPtr<FakeObject>> objects_;
    std::vector<base::RefPtr<FakeObject>> kept_;
    Space::Contents contents_;
    Space space_{e_, random_};
};

} // namespace

TEST(AddressSpaceModel, AgreesWhateverFails) {
    for (u64 seed = 0; seed < 400 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        History history(seed);
        for (int i = 0; i < 1000 && !testing::Test::HasFailure(); ++i) {
            history.step();
            if (i % 16 == 0) {
                history.check();
            }
        }
    }
}

} // namespace address_space
