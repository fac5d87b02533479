#include "kernel/interrupt/line.hpp"

#include "kernel/interrupt/line_testing.hpp"
#include "testing/test.hpp"

namespace kernel::interrupt {

using base::u32;
using base::u64;
using namespace base::literals;

namespace {

constexpr u32 kHertz = 500;

processor::Processor& self() { return processor::this_processor(); }

} // namespace

TEST(Line, DeliversEveryTickOfATimer) {
    if (!has_pins()) {
        return;
    }
    auto pin = claim_timer();
    ASSERT_TRUE(pin.has_value());
    sleep(1_ms); // a last tick may be on its way
    const u32 free = self().vectors.free_count();
    CountingLine line(*pin, "interval timer", true);
    ASSERT_TRUE(line.attach(self()).has_value());
    EXPECT_EQ(self().vectors.free_count(), free - 1);
    const PeriodicTimer timer(kHertz);
    line.unmask();
    EXPECT_TRUE(line.wait_for(10));
    EXPECT_EQ(line.cpu(), 0U);
    EXPECT_EQ(line.storms(), 0U);
    EXPECT_TRUE(detach_and_wait(line));
    sleep(1_ms);
    EXPECT_EQ(self().vectors.free_count(), free);
}

TEST(Line, NothingIsDeliveredUntilItIsAcknowledged) {
    if (!has_pins()) {
        return;
    }
    auto pin = claim_timer();
    ASSERT_TRUE(pin.has_value());
    CountingLine line(*pin, "interval timer", false);
    ASSERT_TRUE(line.attach(self()).has_value());
    const PeriodicTimer timer(kHertz);
    line.unmask();
    EXPECT_TRUE(line.wait_for(1));
    sleep(20_ms);
    EXPECT_EQ(line.deliveries(), 1U);
    EXPECT_TRUE(line.arrivals() <= 3); // the second closes the line, and a third may have been on its way
    // What came meanwhile was not forgotten, and comes once.
    line.acknowledge();
    EXPECT_TRUE(line.wait_for(2));
    sleep(10_ms);
    EXPECT_EQ(line.deliveries(), 2U);
    EXPECT_TRUE(detach_and_wait(line));
}

TEST(Line, AMaskedOneIsSilent) {
    if (!has_pins()) {
        return;
    }
    auto pin = claim_timer();
    ASSERT_TRUE(pin.has_value());
    CountingLine line(*pin, "interval timer", true);
    ASSERT_TRUE(line.attach(self()).has_value());
    const PeriodicTimer timer(kHertz);
    sleep(10_ms);
    EXPECT_EQ(line.deliveries(), 0U);
    line.unmask();
    EXPECT_TRUE(line.wait_for(3));
    line.mask();
    const u64 before = line.deliveries();
    sleep(10_ms);
    EXPECT_EQ(line.deliveries(), before);
    line.unmask();
    EXPECT_TRUE(line.wait_for(before + 3));
    EXPECT_TRUE(detach_and_wait(line));
}

TEST(Line, MovesToAnotherProcessorAndBack) {
    const auto all = core::kernel().processors.all();
    if (!has_pins()) {
        return;
    }
    auto pin = claim_timer();
    ASSERT_TRUE(pin.has_value());
    CountingLine line(*pin, "interval timer", true);
    EXPECT_EQ(line.move(self()).error(), base::Error::BadState);
    sleep(1_ms); // a last tick may be on its way, and keep a vector that is free afterwards
    ASSERT_TRUE(line.attach(self()).has_value());
    const PeriodicTimer timer(kHertz);
    line.unmask();
    for (processor::Processor& target : all) {
        const u32 free = target.vectors.free_count();
        const u64 before = line.deliveries();
        ASSERT_TRUE(line.move(target).has_value());
        // The first may be one that was under way.
        EXPECT_TRUE(line.wait_for(before + 3));
        EXPECT_EQ(line.cpu(), u64{target.index()});
        EXPECT_TRUE(target.vectors.free_count() <= free);
    }
    ASSERT_TRUE(line.move(all.back()).has_value());
    EXPECT_TRUE(line.wait_for(line.deliveries() + 3));
    EXPECT_TRUE(detach_and_wait(line));
    EXPECT_EQ(line.detach().error(), base::Error::BadState);
}

TEST(Line, ALevelIsClosedUntilItIsAcknowledged) {
    constexpr u32 kEdu = 0x11e8'1234;
    constexpr u64 kRaise = 0x60;
    constexpr u64 kSatisfy = 0x64;
    const auto edu = find_pci_device(kEdu, true);
    if (!edu) {
        return;
    }
    // Which line it is stands in AML only: it is the one that comes.
    const u32 legacy = edu->read(pci::kInterrupt) & 0xff;
    bool was_found = false;
    for (u32 gsi = legacy; gsi < 24 && !was_found; gsi = gsi < 16 ? 16 : gsi + 1) {
        auto pin = core::kernel().io_apics.claim(gsi);
        if (!pin || !pin->is_level()) {
            continue;
        }
        CountingLine line(*pin, "edu", false);
        ASSERT_TRUE(line.attach(self()).has_value());
        line.unmask();
        edu->registers.write32(kRaise, 1);
        sleep(5_ms);
        was_found = line.deliveries() != 0;
        if (was_found) {
            EXPECT_EQ(line.arrivals(), 1U); // it still asks, but the line is closed
            line.acknowledge();
            EXPECT_TRUE(line.wait_for(2));
            edu->registers.write32(kSatisfy, 1);
            line.acknowledge();
            sleep(5_ms);
            EXPECT_EQ(line.deliveries(), 2U);
            edu->registers.write32(kRaise, 2);
            EXPECT_TRUE(line.wait_for(3));
        }
        edu->registers.write32(kSatisfy, 3);
        EXPECT_TRUE(detach_and_wait(line));
    }
    EXPECT_TRUE(was_found);
}

} // namespace kernel::interrupt
