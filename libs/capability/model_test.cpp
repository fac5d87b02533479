// Random histories over several tables and objects, against a model that remembers who was derived from whom. After
// each step every handle resolves exactly if the model says so, and to what it says.
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "libs/capability/contents.hpp"
#include "libs/capability/fake_memory.hpp"
#include "libs/capability/subtree_walk.hpp"
#include "testing/test.hpp"

namespace capability {

using abi::Handle;
using abi::Permissions;
using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;

namespace {

constexpr usize kTables = 4;
constexpr usize kTargets = 3;

/// A capability as the model knows it; its number never changes, wherever it is moved.
struct Known {
    usize table;
    Handle handle;
    usize target;
    std::optional<u64> parent;
    Permissions permissions;
    u64 expiry;
};

class History {
  public:
    explicit History(u64 seed) : random_(seed) {
        for (usize i = 0; i < kTables; ++i) {
            tables_.push_back(std::make_unique<FakeTable>(memory_, static_cast<u32>(random_())));
        }
        for (usize i = 0; i < kTargets; ++i) {
            targets_.push_back(std::make_unique<Target>(abi::ObjectKind::Event));
        }
    }

    void step() {
        switch (known_.empty() ? 0 : random_() % 16) {
        case 0:
        case 1: return create();
        case 2:
        case 3:
        case 4:
        case 5:
        case 6:
        case 7: return derive();
        case 8:
        case 9:
        case 10: return move();
        case 11:
        case 12:
        case 13: return end_one(any());
        case 14: return set_expiry(any());
        default: return revoke(any());
        }
    }

    void check() {
        for (const auto& [number, cap] : known_) {
            const Slot* const slot = tables_[cap.table]->find(cap.handle);
            ASSERT_TRUE(slot != nullptr);
            const Contents contents = slot->contents();
            ASSERT_EQ(contents.target, targets_[cap.target].get());
            ASSERT_EQ(contents.permissions, cap.permissions);
            ASSERT_EQ(contents.expiry.value(), cap.expiry);
            if (cap.parent) {
                const Known& parent = known_.at(*cap.parent);
                ASSERT_TRUE(parent.permissions.covers(cap.permissions));
                ASSERT_TRUE(parent.expiry == 0 || (cap.expiry != 0 && cap.expiry <= parent.expiry));
            }
        }
        for (const auto& [table, handle] : gone_) {
            ASSERT_EQ(tables_[table]->find(handle), nullptr);
        }
    }

    void end_all() {
        while (!known_.empty()) {
            end_one(any());
        }
    }

    usize pages() {
        tables_.clear();
        return memory_.pages;
    }

  private:
    u64 any() { return std::next(known_.begin(), static_cast<long>(random_() % known_.size()))->first; }

    Slot& slot_of(const Known& cap) { return *tables_[cap.table]->find(cap.handle); }

    void add(usize table, Contents contents, Node& parent_node, std::optional<u64> parent, usize target) {
        const auto place = tables_[table]->reserve();
        ASSERT_TRUE(place.has_value());
        const Handle handle = tables_[table]->install(*place, contents, parent_node);
        known_[next_number_++] = {table, handle, target, parent, contents.permissions, contents.expiry.value()};
    }

    void create() {
        const usize target = random_() % kTargets;
        const Permissions all = abi::kAllPermissions;
        add(random_() % kTables, {.target = targets_[target].get(), .permissions = all, .effective = all},
            targets_[target]->root(), std::nullopt, target);
    }

    void derive() {
        const u64 number = any();
        const Known parent = known_.at(number);
        Slot& slot = slot_of(parent);
        const DeriveRequest request{.mask = Permissions{static_cast<base::u8>(random_() & 0x3f)},
                                    .expiry = Nanoseconds{random_() % 3 == 0 ? random_() % 1000 : 0}};
        const auto contents = narrow(abi::ObjectKind::Event, slot.contents(), request);
        const bool is_later = request.expiry != kNever && parent.expiry != 0 && request.expiry.value() > parent.expiry;
        ASSERT_EQ(contents.has_value(), !is_later);
        if (contents) {
            add(random_() % kTables, *contents, slot, number, parent.target);
        }
    }

    void move() {
        Known& cap = known_.at(any());
        const usize to = random_() % kTables;
        const auto place = tables_[to]->reserve();
        ASSERT_TRUE(place.has_value());
        const Handle moved = tables_[to]->take_over(*place, slot_of(cap));
        tables_[cap.table]->recycle(cap.handle.slot());
        gone_.emplace_back(cap.table, cap.handle);
        cap.table = to;
        cap.handle = moved;
    }

    void forget(u64 number) {
        const Known cap = known_.at(number);
        gone_.emplace_back(cap.table, cap.handle);
        known_.erase(number);
    }

    void end_one(u64 number) {
        const Known cap = known_.at(number);
        drop(slot_of(cap));
        tables_[cap.table]->recycle(cap.handle.slot());
        for (auto& [other, child] : known_) {
            if (child.parent == number) {
                child.parent = cap.parent;
            }
        }
        forget(number);
    }

    std::vector<u64> descendants(u64 number) {
        std::vector<u64> found{number};
        for (usize i = 0; i < found.size(); ++i) {
            for (const auto& [other, cap] : known_) {
                if (cap.parent == found[i]) {
                    found.push_back(other);
                }
            }
        }
        found.erase(found.begin());
        return found;
    }

    void revoke(u64 number) {
        const auto expected = descendants(number);
        const Known top = known_.at(number);
        usize visited = 0;
        SubtreeWalk walk(*targets_[top.target], slot_of(top));
        while (!walk.step(1 + random_() % 3, [&visited](Node& node) {
            static_cast<Slot&>(node).kill();
            ++visited;
        })) {
        }
        ASSERT_EQ(visited, expected.size());
        for (const u64 dead : expected) {
            ASSERT_EQ(tables_[known_.at(dead).table]->find(known_.at(dead).handle), nullptr);
        }
        while (!walk.remove_step(1 + random_() % 3, [](Node&) {})) {
        }
        for (const u64 dead : expected) {
            tables_[known_.at(dead).table]->recycle(known_.at(dead).handle.slot());
            forget(dead);
        }
    }

    void set_expiry(u64 number) {
        Known& top = known_.at(number);
        const u64 when = 1 + random_() % (top.expiry == 0 ? 1000 : top.expiry);
        const auto shorten = [when](Node& node) {
            auto& slot = static_cast<Slot&>(node);
            if (slot.expiry() == 0 || slot.expiry() > when) {
                slot.set_expiry(Nanoseconds{when});
            }
        };
        shorten(slot_of(top));
        SubtreeWalk walk(*targets_[top.target], slot_of(top));
        while (!walk.step(2, shorten)) {
        }
        top.expiry = when;
        for (const u64 below : descendants(number)) {
            u64& expiry = known_.at(below).expiry;
            expiry = expiry == 0 ? when : std::min(expiry, when);
        }
    }

    std::mt19937_64 random_;
    FakeMemory memory_;
    std::vector<std::unique_ptr<FakeTable>> tables_;
    std::vector<std::unique_ptr<Target>> targets_;
    std::map<u64, Known> known_;
    std::vector<std::pair<usize, Handle>> gone_;
    u64 next_number_ = 0;
};

} // namespace

TEST(CapabilityModel, RandomHistoriesAgree) {
    for (u64 seed = 1; seed <= 40; ++seed) {
        History history(seed);
        for (int i = 0; i < 400; ++i) {
            history.step();
            ASSERT_NO_FATAL_FAILURE(history.check()) << "seed " << seed << ", step " << i;
        }
        history.end_all();
        history.check();
        EXPECT_EQ(history.pages(), 0U);
    }
}

} // namespace capability
