#include "kernel/interrupt/line_testing.hpp"
#include "kernel/interrupt/message_source.hpp"
#include "testing/test.hpp"

namespace kernel::interrupt {

using base::u64;
using namespace base::literals;

namespace {

constexpr StormBound kSmall{.most = 20, .window = 60_s, .pause = 400_ms};

/// A device that the test plays itself.
struct FakeDevice {
    static void program(void* context, const apic::Message&, bool is_open) {
        static_cast<FakeDevice*>(context)->is_open = is_open;
    }

    bool is_open = false;
};

void send(const MessageSource& source) {
    Arch::interrupt_processor(processor::this_processor().hardware_id(), static_cast<base::u8>(source.message().data));
    sleep(50_us);
}

bool log_says(std::string_view what) {
    base::FixedText<1024> text;
    core::kernel().log.print_tail(text, 4);
    return text.view().contains(what);
}

} // namespace

TEST(Storm, IsSilencedNamedAndLetInAgain) {
    FakeDevice device;
    MessageSource source("fake message 7", FakeDevice::program, &device);
    CountingLine line(source, "broken device", true, kSmall);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    const base::Nanoseconds start = core::kernel().clock.now();
    for (int sent = 0; sent < 1000 && device.is_open; ++sent) {
        send(source);
    }
    EXPECT_FALSE(device.is_open);
    EXPECT_EQ(line.deliveries(), u64{kSmall.most});
    EXPECT_EQ(line.storms(), 1U);
    EXPECT_TRUE(log_says("interrupt storm from fake message 7, broken device: more than 20 in 60000 ms; silenced for "
                         "400 ms, 1 times so far"));
    EXPECT_EQ(line.move(processor::this_processor()).error(), base::Error::Busy);

    // What was refused last is not forgotten.
    EXPECT_TRUE(line.wait_for(kSmall.most + 1));
    EXPECT_TRUE(device.is_open);
    EXPECT_TRUE(core::kernel().clock.now() - start >= kSmall.pause);
    EXPECT_TRUE(detach_and_wait(line));
    EXPECT_FALSE(device.is_open);
}

TEST(Storm, OfADeviceThatCannotBeSilencedReachesNobody) {
    MessageSource source("fake message 8");
    CountingLine line(source, "broken device", true, kSmall);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    for (int sent = 0; sent < 1000 && line.storms() == 0; ++sent) {
        send(source);
    }
    EXPECT_EQ(line.storms(), 1U);
    const u64 before = line.deliveries();
    for (int sent = 0; sent < 5; ++sent) {
        send(source);
    }
    EXPECT_TRUE(line.deliveries() <= before + 1);
    EXPECT_TRUE(detach_and_wait(line));
}

TEST(Storm, OrdinaryTrafficIsLeftAlone) {
    constexpr StormBound kShort{.most = 3, .window = 1_us, .pause = 20_ms};
    MessageSource source("fake message 9");
    CountingLine line(source, "good device", true, kShort);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    for (u64 sent = 1; sent <= 10; ++sent) {
        send(source);
        EXPECT_TRUE(line.wait_for(sent));
    }
    EXPECT_EQ(line.storms(), 0U);
    EXPECT_TRUE(detach_and_wait(line));
}

TEST(Storm, OfADeviceThatNobodySatisfiesIsSilenced) {
    constexpr base::u32 kEdu = 0x11e8'1234;
    constexpr u64 kRaise = 0x60;
    constexpr u64 kSatisfy = 0x64;
    const auto edu = find_pci_device(kEdu, true);
    if (!edu) {
        return;
    }
    auto pin = core::kernel().io_apics.claim(edu->read(pci::kInterrupt) & 0xff);
    ASSERT_TRUE(pin.has_value() && pin->is_level());
    // It acknowledges without looking at the device.
    CountingLine line(*pin, "edu", true, kSmall);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    edu->registers.write32(kRaise, 1);
    EXPECT_TRUE(line.wait_for(kSmall.most));
    sleep(1_ms);
    EXPECT_EQ(line.storms(), 1U);
    EXPECT_TRUE(log_says("interrupt storm from gsi "));
    EXPECT_TRUE(log_says(", edu: more than 20 in"));
    edu->registers.write32(kSatisfy, 1);
    sleep(kSmall.pause + 100_ms);
    EXPECT_EQ(line.deliveries(), u64{kSmall.most});
    EXPECT_TRUE(detach_and_wait(line));
}

} // namespace kernel::interrupt
