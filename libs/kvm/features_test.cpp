#include "libs/kvm/features.hpp"

#include "base/text_sink.hpp"
#include "libs/kvm/end_of_interrupt.hpp"
#include "testing/test.hpp"

namespace kvm {

// What KVM of Linux 6.1 offers to QEMU's q35.
constexpr base::u32 kSeen = 0x01007afb;

TEST(KvmFeatures, AreTheBitsOfTheLeaf) {
    const Features features(kSeen, 0);
    for (const Feature feature : {Feature::ClockSource2, Feature::StealTime, Feature::EndOfInterrupt, Feature::TlbFlush,
                                  Feature::SendIpi, Feature::PollControl, Feature::StableClock}) {
        EXPECT_TRUE(features.has(feature));
    }
    EXPECT_FALSE(features.has(Feature::WideMessageTarget));
    EXPECT_FALSE(features.is_real_time());
    EXPECT_TRUE(Features(0, 1).is_real_time());
    EXPECT_FALSE(Features().has(Feature::ClockSource));
}

TEST(KvmFeatures, ArePrintedByName) {
    base::FixedText<400> text;
    Features(kSeen | 1U << 20, 0).print(text);
    EXPECT_EQ(text.view(), "clocksource nop_io_delay clocksource2 async_pf steal_time pv_eoi pv_unhalt pv_tlb_flush "
                           "pv_send_ipi poll_control pv_sched_yield async_pf_int bit20 clocksource_stable");
}

TEST(KvmEndOfInterrupt, IsTakenOnce) {
    EndOfInterrupt flag;
    EXPECT_FALSE(flag.take());
    flag.set();
    EXPECT_TRUE(flag.take());
    EXPECT_FALSE(flag.take());
}

} // namespace kvm
