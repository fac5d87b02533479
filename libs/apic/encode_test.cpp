#include "libs/apic/encode.hpp"

#include "testing/test.hpp"

namespace apic {

using base::Error;

TEST(EncodePin, SetsVectorTargetAndMode) {
    EXPECT_EQ(encode_pin({}, {.hardware_id = 3, .vector = 0x51}).value().raw(), 0x0300'0000'0001'0051U);
    EXPECT_EQ(encode_pin({.is_active_low = true, .is_level = true}, {.hardware_id = 0xfe, .vector = 0xef})->raw(),
              0xfe00'0000'0001'a0efU);
    EXPECT_EQ(encode_pin({.is_active_low = false, .is_level = true}, {.hardware_id = 0, .vector = 0x30})->raw(),
              0x1'8030U);
}

TEST(EncodePin, IsMaskedUntilItIsOpened) {
    const PinEntry entry = encode_pin({}, {.hardware_id = 1, .vector = 0x40}).value();
    EXPECT_TRUE(entry.get<RedirectionEntry::IsMasked>());
    EXPECT_EQ(entry.with<RedirectionEntry::IsMasked>(false).raw(), 0x0100'0000'0000'0040U);
    EXPECT_EQ(kClosedPin.raw(), 0x1'0000U);
}

TEST(EncodePin, RefusesATargetThatDoesNotFit) {
    EXPECT_EQ(encode_pin({}, {.hardware_id = 0xff, .vector = 0x40}).error(), Error::Unsupported);
    EXPECT_EQ(encode_pin({}, {.hardware_id = 0x100, .vector = 0x40}).error(), Error::Unsupported);
    EXPECT_EQ(encode_unmaskable_pin({}, 0xff).error(), Error::Unsupported);
    EXPECT_EQ(encode_message({.hardware_id = 0xff, .vector = 0x40}).error(), Error::Unsupported);
}

TEST(EncodePin, AnUnmaskableOneIsOpenAndByEdge) {
    const PinEntry entry = encode_unmaskable_pin({.is_active_low = true, .is_level = true}, 2).value();
    EXPECT_EQ(entry.raw(), 0x0200'0000'0000'2400U);
    EXPECT_EQ(entry.get<RedirectionEntry::Delivery>(), DeliveryMode::NonMaskable);
}

TEST(EncodeMessage, NamesProcessorAndVector) {
    EXPECT_EQ(encode_message({.hardware_id = 0, .vector = 0x31}).value(), (Message{0xfee00000, 0x31}));
    EXPECT_EQ(encode_message({.hardware_id = 0xfe, .vector = 0xef}).value(), (Message{0xfeefe000, 0xef}));
}

} // namespace apic
