// Under pressure, pages that nobody uses and that the pager has are dropped; all others stay.
#include "kernel/object/ageing.hpp"

#include "kernel/object/test_pager.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Fault;
using address_space::Generation;
using base::Bytes;
using base::PhysicalAddress;
using base::u64;

namespace {

constexpr Bytes kPage = TestPager::kPage;

Ageing& ageing() { return core::kernel().objects->ageing; }

/// Memory is short for as long as it lives; then what was begun is over.
class Shortage {
  public:
    Shortage() { core::kernel().frames.want_free(base::Pages{~u64{0} >> 12}); }

    Shortage(const Shortage&) = delete;
    Shortage& operator=(const Shortage&) = delete;

    ~Shortage() {
        core::kernel().frames.want_free(base::Pages{0});
        EXPECT_TRUE(testing::run_until([](void*) { return !ageing().is_dropping(); }, nullptr));
    }
};

/// Sets the accessed mark of a page, as the processor would.
void use(const TestPager& pager, u64 page) {
    memory::KernelTables tables;
    page_table::Walker<memory::KernelTables> walker(tables, pager.space->tables());
    const base::VirtualAddress at = pager.start + kPage * page;
    page_table::Entry& entry = walker.find(at).entry(at);
    page_table::Entry::store(entry, page_table::Entry{entry.word() | base::u64{1} << 5}); // A, [intel/vol3] table 4-20
}

/// So many more rounds, in each of which `page` is used; no other is.
bool age(const TestPager& pager, u64 rounds, u64 page) {
    for (u64 round = 0; round < rounds; ++round) {
        use(pager, page);
        u64 end = ageing().rounds() + 1;
        if (!testing::run_until([](void* context) { return ageing().rounds() >= *static_cast<u64*>(context); }, &end)) {
            return false;
        }
    }
    return true;
}

} // namespace

TEST(Ageing, ColdCleanPagesAreDroppedAndFetchedAgain) {
    constexpr u64 kHot = 0;
    constexpr u64 kDirty = 1;
    constexpr u64 kCold = 2;
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(kHot, Fault::Read) && pager.touch(kDirty, Fault::Write) &&
                pager.touch(kCold, Fault::Read) && pager.touch(kCold + 1, Fault::Read));
    const u64 dropped = ageing().dropped();
    {
        const Shortage shortage;
        EXPECT_TRUE(age(pager, Generation::kCold + 2, kHot));
    }
    EXPECT_EQ(ageing().dropped(), dropped + 2);
    EXPECT_FALSE(pager.frame_at(pager.start + kPage * kHot) == PhysicalAddress{0});
    EXPECT_FALSE(pager.frame_at(pager.start + kPage * kDirty) == PhysicalAddress{0});
    EXPECT_TRUE(pager.frame_at(pager.start + kPage * kCold) == PhysicalAddress{0});
    EXPECT_TRUE(pager.frame_at(pager.start + kPage * (kCold + 1)) == PhysicalAddress{0});
    const base::u32 requests = pager.requests;
    EXPECT_TRUE(pager.touch(kCold, Fault::Read));
    EXPECT_EQ(pager.requests, requests + 1);
}

TEST(Ageing, WithoutPressureNothingIsWalked) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(0, Fault::Read));
    const u64 rounds = ageing().rounds();

    struct {
        base::Nanoseconds end = core::kernel().clock.now() + Ageing::kPause * 3;
    } wait;

    EXPECT_TRUE(testing::run_until(
        [](void* context) { return core::kernel().clock.now() > static_cast<decltype(wait)*>(context)->end; }, &wait));
    EXPECT_EQ(ageing().rounds(), rounds);
    EXPECT_FALSE(pager.frame_at(pager.start) == PhysicalAddress{0});
}

TEST(Ageing, WhoLacksMemoryDoesNotWaitForTheNextRound) {
    TestPager pager;
    ASSERT_TRUE(pager.is_complete());
    pager.answers_at_once = true;
    ASSERT_TRUE(pager.touch(0, Fault::Read));
    const u64 dropped = ageing().dropped();
    const base::Nanoseconds begin = core::kernel().clock.now();
    {
        const Shortage shortage;
        while (ageing().run_slice_for_want() && ageing().dropped() == dropped) {
        }
    }
    EXPECT_TRUE(ageing().dropped() > dropped);
    EXPECT_TRUE(core::kernel().clock.now() - begin < Ageing::kPause * 10);
    EXPECT_TRUE(pager.frame_at(pager.start) == PhysicalAddress{0});
}

} // namespace kernel::object
