#include "libs/virtio_mmio/slot.hpp"

#include "testing/test.hpp"

namespace virtio_mmio {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;

TEST(Slot, IsReadAsQemuAndFirecrackerWriteIt) {
    const Slot expected{.registers = PhysicalAddress{0xfeb00e00}, .size = Bytes{512}, .gsi = 12};
    EXPECT_EQ(parse_slot("512@0xfeb00e00:12").value(), expected);
    EXPECT_EQ(parse_slot("0x200@4272950784:12:3").value(), expected);
    EXPECT_EQ(parse_slot("4K@0xd0000000:5").value(),
              (Slot{.registers = PhysicalAddress{0xd0000000}, .size = Bytes{4096}, .gsi = 5}));
}

TEST(Slot, NonsenseIsRefused) {
    for (const std::string_view text :
         {"", "512", "512@", "512@0xfeb00e00", "512@0xfeb00e00:", "@0xfeb00e00:12", "512@:12", "x@0xfeb00e00:12",
          "512@0xfeb00e00:12:", "512@0xfeb00e00:12:x", "512@0xfeb00e00:1024", "64@0xfeb00e00:12", "2M@0xfeb00e00:12",
          "512@0:12", "512@0xfeb00e80:12", "512@0xfffffffffffffff0:12", "512@0x10000000000000000:12",
          "-1@0xfeb00e00:12"}) {
        EXPECT_EQ(parse_slot(text).error(), Error::InvalidArgument);
    }
}

TEST(Slot, MicrovmHasThemInARow) {
    const MicrovmSlots two(true);
    EXPECT_EQ(two.all().size(), 24U);
    EXPECT_EQ(two.all().back(), (Slot{.registers = PhysicalAddress{0xfeb02e00}, .size = Bytes{512}, .gsi = 47}));
    const MicrovmSlots one(false);
    EXPECT_EQ(one.all().size(), 8U);
    EXPECT_EQ(one.all().front(), (Slot{.registers = PhysicalAddress{0xfeb00000}, .size = Bytes{512}, .gsi = 16}));
}

TEST(Slot, AnEmptyOneIsNoDevice) {
    EXPECT_EQ(identify(0x74726976, 1, 4).value().device, 4U);
    EXPECT_EQ(identify(0x74726976, 2, 4).value().version, 2U);
    EXPECT_EQ(identify(0x74726976, 2, 0).error(), Error::NotFound);
    EXPECT_EQ(identify(0xffffffff, 0xffffffff, 0xffffffff).error(), Error::NotFound);
    EXPECT_EQ(identify(0x74726976, 3, 4).error(), Error::Unsupported);
}

TEST(Slot, DevicesHaveNames) {
    EXPECT_EQ(device_name(2), "block");
    EXPECT_EQ(device_name(4), "entropy");
    EXPECT_EQ(device_name(26), "file system");
    EXPECT_EQ(device_name(27), "unknown");
}

} // namespace virtio_mmio
