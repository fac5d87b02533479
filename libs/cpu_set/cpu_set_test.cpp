#include "libs/cpu_set/cpu_set.hpp"

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

} // namespace cpu_set
