// Golden bytes of what drivers and the machine's methods say: as in entry_test.cpp.
#include "abi/arguments.hpp"
#include "abi/device_arguments.hpp"
#include "abi/golden_bytes.hpp"
#include "abi/methods.hpp"
#include "testing/test.hpp"

namespace abi {

TEST(Abi, ArgumentsOfDevices) {
    EXPECT_EQ(hex(PhysicalRange{.address = 0xfebf'0000, .bytes = 0x1000}), "0000bffe00000000"
                                                                           "0010000000000000");
    EXPECT_EQ(hex(PortRange{.first = 0x2f8, .count = 8}), "f8020000"
                                                          "08000000");
    EXPECT_EQ(hex(PortArguments{.port = 0x510, .width = 2, .count = 3}), "10050000"
                                                                         "02000000"
                                                                         "0300000000000000");
    EXPECT_EQ(hex(CreateInterruptArguments{
                  .line = 20, .mode = static_cast<u32>(LineMode::LevelLow), .processor = kAnyProcessor}),
              "14000000"
              "04000000"
              "ffffffffffffffff");
    EXPECT_EQ(hex(WriteConfigurationArguments{
                  .place = {.function = 0x0001'02fb, .offset = 0x10}, .value = 0x1234'5678, .zero = 0}),
              "fb020100"
              "10000000"
              "78563412"
              "00000000");
}

TEST(Abi, AnswersOfDevices) {
    EXPECT_EQ(hex(MessageView{.address = 0xfee0'1000, .data = 0x41, .zero = 0}), "0010e0fe00000000"
                                                                                 "41000000"
                                                                                 "00000000");
    EXPECT_EQ(hex(InterruptState{.deliveries = 3, .arrivals = 4, .storms = 1, .is_pending = 1, .is_masked = 0}),
              "0300000000000000"
              "0400000000000000"
              "0100000000000000"
              "01000000"
              "00000000");
    EXPECT_EQ(hex(ClockView{.now = 1, .since_1970 = 2, .hertz = 3, .needs_kernel = 1, .name = {'t', 's', 'c'}}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0100000000000000"
              "747363" +
                  zeros(29));
}

TEST(Abi, AnswersOfFirmware) {
    EXPECT_EQ(
        hex(TableView{.signature = 0x5043'4146, .count = 9, .address = 0x7fe'0123, .offset = 0x123, .bytes = 0x114}),
        "46414350"
        "09000000"
        "2301fe0700000000"
        "2301000000000000"
        "1401000000000000");
    EXPECT_EQ(hex(BootInformation{.command_line_offset = 0x58,
                                  .command_line_bytes = 5,
                                  .ranges_offset = 0x28,
                                  .ranges = 2,
                                  .tables_root = 0xf'5ad0}),
              "5800000000000000"
              "0500000000000000"
              "2800000000000000"
              "0200000000000000"
              "d05a0f0000000000");
    EXPECT_EQ(hex(MemoryRange{.start = 0x10'0000,
                              .bytes = 0x7f0'0000,
                              .kind = static_cast<u32>(MemoryRangeKind::Reclaimable),
                              .zero = 0}),
              "0000100000000000"
              "0000f00700000000"
              "01000000"
              "00000000");
    EXPECT_EQ(hex(BundleView{.offset = 0x10, .bytes = 0x2000}), "1000000000000000"
                                                                "0020000000000000");
}

/// The numbers of the methods of devices, and what they need.
TEST(Abi, MethodsOfDevices) {
    const auto expect = [](u16 method, ObjectKind kind, Permissions needs) {
        const MethodEntry* const row = find_method(method);
        ASSERT_TRUE(row != nullptr);
        EXPECT_EQ(row->kind, kind);
        EXPECT_EQ(row->needs, needs);
    };
    expect(0x0b00, ObjectKind::Interrupt, kRead);
    expect(0x0b01, ObjectKind::Interrupt, kWrite);
    expect(0x0b02, ObjectKind::Interrupt, kWrite);
    expect(0x0b03, ObjectKind::Interrupt, kWrite);
    expect(0x0b04, ObjectKind::Interrupt, kDelete);
    expect(0x0c00, ObjectKind::DeviceMemory, kRead);
    expect(0x0d00, ObjectKind::IoPorts, kRead);
    expect(0x0d01, ObjectKind::IoPorts, kWrite);
    for (const u16 method : {u16{0x0f03}, u16{0x0f06}, u16{0x0f07}, u16{0x0f08}}) {
        expect(method, ObjectKind::Machine, kRead);
    }
    for (const u16 method : {u16{0x0f04}, u16{0x0f05}}) {
        expect(method, ObjectKind::Machine, kWrite);
    }
    for (u16 method = 0x0f09; method <= 0x0f0e; ++method) {
        expect(method, ObjectKind::Machine, kExecute);
    }
    expect(0x0f0f, ObjectKind::Machine, kRead);
    EXPECT_TRUE(find_method(0x0f10) == nullptr);
}

} // namespace abi
