#include "libs/address_space/ageing.hpp"

#include <map>
#include <set>

#include "libs/address_space/fake_environment.hpp"
#include "testing/test.hpp"

namespace address_space {

using namespace base::literals;
using base::u64;
using base::u8;
using base::VirtualAddress;

namespace {

using E = FakeEnvironment;

class AgeingTest : public testing::Test {
  protected:
    AgeingTest() {
        for (u64 page = 0; page < 16; ++page) {
            const std::array frames{*e.allocate_frame(memory_object::Contents::Zero)};
            const auto grant = page == 0 ? memory_object::Want::Write : memory_object::Want::Read;
            EXPECT_TRUE(backed->memory.supply(e, page, frames, memory_object::Supply::Given, grant).has_value());
            EXPECT_TRUE(space.fault(e, start + page * 4_KiB, page == 0 ? Fault::Write : Fault::Read).has_value());
        }
    }

    ~AgeingTest() override {
        while (!space.clear(e)) {
        }
    }

    /// One walk round; the pages that could go.
    std::set<u64> walk() {
        std::set<u64> cold;
        for (bool is_round = false; !is_round;) {
            is_round = walker.slice(space, e, [&](Region<E>& region, u64 page) {
                EXPECT_EQ(region.object, backed);
                cold.insert(page);
            });
        }
        return cold;
    }

    E e;
    base::RefPtr<FakeObject> backed =
        FakeObject::make(e, std::move(*FakeMemory::pager_backed(64_KiB, memory_object::FirstWrite::IsRecorded)));
    AddressSpace<E> space{VirtualAddress{0x1'0000'0000}};
    VirtualAddress start = *space.map(e, {.object = backed, .size = 64_KiB, .access = Access::ReadWrite});
    AgeingWalk<E> walker;
};

} // namespace

TEST_F(AgeingTest, UnusedCleanPagesBecomeCold) {
    e.slice = 12_KiB;
    EXPECT_TRUE(walk().empty());
    EXPECT_TRUE(walk().empty());
    e.used.insert(start + 4_KiB);
    const std::set<u64> cold = walk();
    EXPECT_EQ(cold.size(), 14U);
    EXPECT_FALSE(cold.contains(0)) << "dirty";
    EXPECT_FALSE(cold.contains(1)) << "used";
    memory_object::Work work(1000);
    ASSERT_TRUE(backed->memory.pin(e, 2, 1, memory_object::Want::Read, work).has_value());
    EXPECT_FALSE(walk().contains(2)) << "pinned";
    ASSERT_TRUE(backed->memory.unpin(2, 1).has_value());
    EXPECT_TRUE(backed->memory.drop_clean(e, 3));
    EXPECT_FALSE(walk().contains(3)) << "gone, though still mapped";
    EXPECT_TRUE(walk().contains(1)) << "unused again for three walks";
}

TEST_F(AgeingTest, OnlyPagersPagesCanGo) {
    const auto memory = FakeObject::make(e, std::move(*FakeMemory::anonymous(4_KiB)));
    const auto device = FakeObject::make(e, std::move(*FakeMemory::device(base::PhysicalAddress{0xfee0'0000}, 4_KiB)));
    for (const auto& object : {memory, device}) {
        const VirtualAddress at = *space.map(e, {.object = object, .size = 4_KiB, .access = Access::ReadWrite});
        ASSERT_TRUE(space.fault(e, at, Fault::Write).has_value());
    }
    ASSERT_TRUE(space.map(e, {.size = 4_KiB}).has_value());
    for (int i = 0; i < 10; ++i) {
        walk();
    }
    EXPECT_EQ(e.generation(*memory->memory.frame_of(0)), Generation::kOldest);
    EXPECT_FALSE(e.generations.contains(base::PhysicalAddress{0xfee0'0000})) << "a device's page has no record";
}

} // namespace address_space
