#include "base/bit_field.hpp"

#include "testing/test.hpp"

namespace base {

namespace {

enum class Ring : u8 { Kernel = 0, User = 3 };

struct Descriptor : BitLayout<Descriptor, u64> {
    using Kind = Field<0, 4>;
    using Level = Field<5, 2, Ring>;
    using Present = Field<7, 1, bool>;
    using Top = Field<56, 8>;
    using Whole = Field<0, 64>;
};

struct Other : BitLayout<Other, u64> {
    using Kind = Field<0, 4>;
};

template <class Layout, class Field>
concept Accepts = requires(Bits<Layout> bits) { bits.template get<Field>(); };

} // namespace

// A field belongs to its layout.
static_assert(Accepts<Descriptor, Descriptor::Kind>);
static_assert(!Accepts<Descriptor, Other::Kind>);
// Known when compiled.
static_assert(Bits<Descriptor>{}.with<Descriptor::Top>(0xab).raw() == 0xab00'0000'0000'0000);

TEST(BitField, GetsAndSetsItsBitsOnly) {
    using Middle = BitField<u16, 4, 8>;
    EXPECT_EQ(Middle::kMask, 0x0ff0);
    EXPECT_EQ(Middle::get(0xabcd), 0xbc);
    EXPECT_EQ(Middle::set(0xabcd, 0x12), 0xa12d);
    using Lowest = BitField<u8, 0, 1, bool>;
    EXPECT_TRUE(Lowest::get(1));
    EXPECT_EQ(Lowest::set(0xff, false), 0xfe);
}

TEST(Bits, FieldsKeepTheirTypes) {
    const auto bits = Bits<Descriptor>{}
                          .with<Descriptor::Kind>(0xe)
                          .with<Descriptor::Level>(Ring::User)
                          .with<Descriptor::Present>(true)
                          .with<Descriptor::Top>(0x80);
    EXPECT_EQ(bits.raw(), 0x8000'0000'0000'00ee);
    EXPECT_EQ(bits.get<Descriptor::Kind>(), 0xeU);
    EXPECT_TRUE(bits.get<Descriptor::Level>() == Ring::User);
    EXPECT_TRUE(bits.get<Descriptor::Present>());
    EXPECT_EQ(bits.get<Descriptor::Top>(), 0x80U);
    EXPECT_EQ(bits.get<Descriptor::Whole>(), bits.raw());
}

TEST(Bits, ChangesLeaveTheOriginal) {
    const Bits<Descriptor> before(0xff);
    const Bits<Descriptor> after = before.with<Descriptor::Present>(false);
    EXPECT_EQ(before.raw(), 0xffU);
    EXPECT_EQ(after.raw(), 0x7fU);
    EXPECT_FALSE(before == after);
}

} // namespace base
