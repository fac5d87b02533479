#include "libs/kvm/steal_time.hpp"

#include "testing/test.hpp"

namespace kvm {

TEST(KvmStealTime, SaysHowMuchOthersHad) {
    StealTime record;
    EXPECT_EQ(record.stolen().value(), 0U);
    record.set(12345, false);
    EXPECT_EQ(record.stolen().value(), 12345U);
}

TEST(KvmStealTime, OneThatRunsMustBeToldItself) {
    StealTime record;
    EXPECT_FALSE(record.is_preempted());
    EXPECT_FALSE(record.flush_on_entry());
    EXPECT_FALSE(record.take_flush());
}

TEST(KvmStealTime, OneThatIsPreemptedFlushesOnEntry) {
    StealTime record;
    record.set(0, true);
    EXPECT_TRUE(record.is_preempted());
    EXPECT_TRUE(record.flush_on_entry());
    EXPECT_TRUE(record.flush_on_entry());
    EXPECT_TRUE(record.take_flush());
    EXPECT_FALSE(record.flush_on_entry());
}

} // namespace kvm
