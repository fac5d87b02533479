#include "libs/cpu_set/cpu_set.hpp"

#include "libs/cpu_set/atomic_cpu_set.hpp"
#include "testing/test.hpp"

namespace cpu_set {

TEST(CpuSet, HoldsWhatWasAdded) {
    CpuSet set;
    EXPECT_TRUE(set.is_empty());
    for (const base::u32 cpu : {0U, 63U, 64U, 511U}) {
        set.add(cpu);
        EXPECT_TRUE(set.contains(cpu));
    }
    EXPECT_EQ(set.count(), 4U);
    EXPECT_FALSE(set.contains(1));
    EXPECT_FALSE(set.contains(kMaximumCpus));
    set.remove(63);
    EXPECT_FALSE(set.contains(63));
    EXPECT_EQ(set.count(), 3U);
}

TEST(CpuSet, VisitsInOrder) {
    CpuSet set;
    set.add(300);
    set.add(2);
    set.add(65);
    base::u64 digits = 0;
    set.for_each([&digits](base::u32 cpu) { digits = digits * 1000 + cpu; });
    EXPECT_EQ(digits, 2'065'300U);
}

TEST(CpuSet, KnowsWhatTwoHaveInCommonAndOneAlone) {
    CpuSet a;
    CpuSet b;
    a.add(1);
    a.add(511);
    b.add(511);
    b.add(2);
    EXPECT_TRUE((a & b).count() == 1 && (a & b).contains(511));
    EXPECT_TRUE((a - b).count() == 1 && (a - b).contains(1));
    EXPECT_TRUE((a | b).count() == 3 && (a | b).contains(1) && (a | b).contains(2));
    EXPECT_EQ(CpuSet::all().count(), kMaximumCpus);
    EXPECT_TRUE((CpuSet::all() & a) == a);
}

TEST(AtomicCpuSet, TakesAllAtOnce) {
    constexpr auto kOrder = std::memory_order_seq_cst;
    AtomicCpuSet set;
    set.add(1, kOrder);
    set.add(511, kOrder);
    set.add(70, kOrder);
    set.remove(70, kOrder);
    EXPECT_TRUE(set.contains(511, kOrder));
    EXPECT_FALSE(set.contains(70, kOrder));
    CpuSet expected;
    expected.add(1);
    expected.add(511);
    EXPECT_TRUE(set.load(kOrder) == expected);
    EXPECT_FALSE(set.has_none_but(1, kOrder));
    set.remove(511, kOrder);
    EXPECT_TRUE(set.has_none_but(1, kOrder));
    EXPECT_FALSE(set.has_none_but(65, kOrder)); // the same bit of another word
    set.add(511, kOrder);
    EXPECT_TRUE(set.take_all(kOrder) == expected);
    EXPECT_TRUE(set.has_none_but(2, kOrder));
    EXPECT_TRUE(set.load(kOrder).is_empty());
    set.store(expected, kOrder);
    EXPECT_TRUE(set.contains(1, kOrder));
}

} // namespace cpu_set
