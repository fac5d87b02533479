#include "kernel/interrupt/line_testing.hpp"
#include "kernel/interrupt/message_source.hpp"
#include "testing/test.hpp"

namespace kernel::interrupt {

using base::Bits;
using base::u32;
using base::u64;
using namespace base::literals;

namespace {

auto reader_of(const PciDevice& device) {
    return [&device](u32 offset) { return device.read(offset); };
}

/// MSI, by the capability in configuration space.
struct MessageDevice {
    static void program(void* context, const apic::Message& message, bool is_open) {
        const auto& self = *static_cast<MessageDevice*>(context);
        const Bits<pci::MessageControl> control(self.device.read(self.capability));
        const pci::MessageLayout layout(control);
        self.device.write(self.capability + pci::MessageLayout::kAddressLow, static_cast<u32>(message.address));
        if (layout.has_high) {
            self.device.write(self.capability + pci::MessageLayout::kAddressHigh, 0);
        }
        self.device.write(self.capability + layout.data, message.data);
        self.device.write(self.capability, control.with<pci::MessageControl::IsOn>(is_open).raw());
    }

    const PciDevice& device;
    u32 capability;
};

/// MSI-X: entry 0 of the table in the device's memory.
struct TableDevice {
    static void program(void* context, const apic::Message& message, bool is_open) {
        const auto& self = *static_cast<TableDevice*>(context);
        self.table.write32(pci::kEntryControl, 1);
        self.table.write32(pci::kEntryAddressLow, static_cast<u32>(message.address));
        self.table.write32(pci::kEntryAddressHigh, 0);
        self.table.write32(pci::kEntryData, message.data);
        self.table.write32(pci::kEntryControl, is_open ? 0 : 1);
    }

    Arch::Registers table;
};

/// The table of messages of `device`, switched on.
base::Result<Arch::Registers> open_table(const PciDevice& device) {
    const u32 at = TRY(pci::find_capability(pci::kMessageTableCapability, reader_of(device)));
    const Bits<pci::MessageTablePlace> place(device.read(at + 4));
    const auto memory =
        TRY(pci::read_base_address(place.get<pci::MessageTablePlace::BaseAddress>(), reader_of(device)));
    const base::Bytes offset{u64{place.get<pci::MessageTablePlace::OffsetIn8>()} * 8};
    const auto table = TRY(core::kernel().space.map_device(memory + offset, base::Bytes{pci::kTableEntryBytes}));
    const Bits<pci::MessageTableControl> control(device.read(at));
    device.write(at, control.with<pci::MessageTableControl::IsOn>(true).raw());
    return Arch::Registers(table);
}

} // namespace

TEST(Message, OfEduReachesAnyProcessor) {
    constexpr u32 kEdu = 0x11e8'1234;
    constexpr u64 kRaise = 0x60;
    constexpr u64 kSatisfy = 0x64;
    const auto edu = find_pci_device(kEdu, false);
    if (!edu) {
        return;
    }
    const auto capability = pci::find_capability(pci::kMessageCapability, reader_of(*edu));
    ASSERT_TRUE(capability.has_value());
    MessageDevice device{*edu, *capability};
    MessageSource source("edu message", MessageDevice::program, &device);
    CountingLine line(source, "edu", true, kMessageStorm);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    for (processor::Processor& target : core::kernel().processors.all()) {
        const u64 before_move = line.deliveries();
        ASSERT_TRUE(line.move(target).has_value());
        EXPECT_TRUE(line.wait_for(before_move + 1)); // a move sends one for nothing
        const u64 before = line.deliveries();
        edu->registers.write32(kRaise, 1);
        EXPECT_TRUE(line.wait_for(before + 1));
        EXPECT_EQ(line.cpu(), u64{target.index()});
        edu->registers.write32(kSatisfy, 1);
        sleep(1_ms);
        EXPECT_EQ(line.deliveries(), before + 1);
    }
    EXPECT_TRUE(detach_and_wait(line));
    edu->registers.write32(kRaise, 1);
    sleep(1_ms);
    edu->registers.write32(kSatisfy, 1);
    device.device.write(device.capability, 0);
}

TEST(Message, FromATableReachesTheProcessor) {
    constexpr u32 kE1000e = 0x10d3'8086;
    // [82574] 10.2.4: cause read, cause set, mask set, vector allocation.
    constexpr u64 kCause = 0xc0;
    constexpr u64 kCauseSet = 0xc8;
    constexpr u64 kMaskSet = 0xd0;
    constexpr u64 kAllocation = 0xe4;
    constexpr u32 kOther = 1 << 24;
    constexpr u32 kOtherIsEntry0 = 1 << 19;
    const auto card = find_pci_device(kE1000e, false);
    if (!card) {
        return;
    }
    const auto table = open_table(*card);
    ASSERT_TRUE(table.has_value());
    TableDevice device{*table};
    MessageSource source("e1000e message 0", TableDevice::program, &device);
    CountingLine line(source, "e1000e", true, kMessageStorm);
    ASSERT_TRUE(line.attach(processor::this_processor()).has_value());
    line.unmask();
    card->registers.write32(kAllocation, kOtherIsEntry0);
    card->registers.write32(kMaskSet, kOther);
    for (u64 sent = 1; sent <= 3; ++sent) {
        card->registers.write32(kCauseSet, kOther);
        EXPECT_TRUE(line.wait_for(sent));
        card->registers.write32(kCause, kOther);
    }
    EXPECT_TRUE(detach_and_wait(line));
}

} // namespace kernel::interrupt
