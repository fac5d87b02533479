#include "libs/pci/configuration.hpp"

#include <array>

#include "testing/test.hpp"

namespace pci {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u32;

namespace {

/// A function's first 256 bytes.
struct FakeFunction {
    std::array<u32, 64> words{};

    u32& at(u32 offset) { return words.at(offset / 4); }

    base::Result<u32> find(base::u8 wanted) {
        return find_capability(wanted, [this](u32 offset) { return at(offset); });
    }
};

/// Power management at 0x40, MSI at 0x60, MSI-X at 0xfc.
FakeFunction good_function() {
    FakeFunction function;
    function.at(kCommandAndStatus) = 1 << 20;
    function.at(kCapabilities) = 0x43; // the low bits are reserved
    function.at(0x40) = 0x6001;
    function.at(0x60) = 0x0080'fc05;
    function.at(0xfc) = 0x8003'0011;
    return function;
}

} // namespace

TEST(Pci, FunctionsHaveTheirPlaces) {
    EXPECT_EQ(offset_in_bus({.bus = 9, .device = 31, .function = 7}), Bytes{0xff000});
    EXPECT_EQ(offset_in_bus({.bus = 0, .device = 1, .function = 0}), Bytes{0x8000});
    EXPECT_EQ(port_address({.bus = 1, .device = 2, .function = 3}, 0x3c), 0x8001'133cU);
}

TEST(Pci, CapabilitiesAreFound) {
    FakeFunction function = good_function();
    EXPECT_EQ(function.find(kMessageCapability).value(), 0x60U);
    EXPECT_EQ(function.find(kMessageTableCapability).value(), 0xfcU);
    EXPECT_EQ(function.find(0x10).error(), Error::NotFound);
    function.at(kCommandAndStatus) = 0;
    EXPECT_EQ(function.find(kMessageCapability).error(), Error::NotFound);
}

TEST(Pci, AListThatLiesEnds) {
    FakeFunction function = good_function();
    function.at(0x60) = 0x4005; // back to the first
    EXPECT_EQ(function.find(kMessageTableCapability).error(), Error::Corrupt);
    function.at(0x60) = 0x1005; // into the header
    EXPECT_EQ(function.find(kMessageTableCapability).error(), Error::Corrupt);
}

TEST(Pci, MessagesMayBeWide) {
    const base::Bits<MessageControl> wide(0x0080'0005);
    EXPECT_TRUE(MessageLayout(wide).has_high);
    EXPECT_EQ(MessageLayout(wide).data, 12U);
    EXPECT_EQ(MessageLayout(wide).mask, 16U);
    const base::Bits<MessageControl> narrow(0x0106'0005);
    EXPECT_EQ(MessageLayout(narrow).data, 8U);
    EXPECT_TRUE(narrow.get<MessageControl::CanBeMasked>());
    EXPECT_EQ(narrow.get<MessageControl::Offered>(), 3U);
    EXPECT_EQ(narrow.with<MessageControl::IsOn>(true).raw(), 0x0107'0005U);
}

TEST(Pci, TablesOfMessagesAreFound) {
    EXPECT_EQ(base::Bits<MessageTableControl>(0x8003'0011).get<MessageTableControl::LastEntry>(), 3U);
    EXPECT_TRUE(base::Bits<MessageTableControl>(0x8003'0011).get<MessageTableControl::IsOn>());
    const base::Bits<MessageTablePlace> place(0x2003);
    EXPECT_EQ(place.get<MessageTablePlace::BaseAddress>(), 3U);
    EXPECT_EQ(place.get<MessageTablePlace::OffsetIn8>() * 8, 0x2000U);
}

TEST(Pci, BaseAddressesAreNarrowOrWide) {
    EXPECT_EQ(decode_base_address(0xfea0'0000, 7).value(), PhysicalAddress{0xfea0'0000});
    EXPECT_EQ(decode_base_address(0xfea0'000c, 7).value(), PhysicalAddress{0x7'fea0'0000});
    EXPECT_EQ(decode_base_address(0xc001, 0).error(), Error::NotFound); // ports
    EXPECT_EQ(decode_base_address(0x4, 0).error(), Error::NotFound);    // never set
    FakeFunction function;
    function.at(0x24) = 0xfeb0'0000;
    const auto read = [&function](u32 offset) { return function.at(offset); };
    EXPECT_EQ(read_base_address(5, read).value(), PhysicalAddress{0xfeb0'0000});
}

} // namespace pci
