#include "libs/apic/line_map.hpp"

#include <array>

#include "testing/test.hpp"

namespace apic {

namespace {

using acpi::InterruptOverride;
using acpi::NmiSource;
using acpi::Polarity;
using acpi::Trigger;

/// As QEMU's q35 has them, and one NMI.
constexpr std::array kOverrides{
    InterruptOverride{.source = 0, .gsi = 2, .polarity = Polarity::OfBus, .trigger = Trigger::OfBus},
    InterruptOverride{.source = 5, .gsi = 5, .polarity = Polarity::ActiveHigh, .trigger = Trigger::Level},
    InterruptOverride{.source = 9, .gsi = 20, .polarity = Polarity::ActiveLow, .trigger = Trigger::Level},
};
constexpr std::array kUnmaskable{NmiSource{.gsi = 7, .polarity = Polarity::ActiveLow, .trigger = Trigger::Edge}};
constexpr LineMap kMap(kOverrides, kUnmaskable);

constexpr PinMode kIsa{.is_active_low = false, .is_level = false};
constexpr PinMode kPci{.is_active_low = true, .is_level = true};

} // namespace

TEST(LineMap, IsaInterruptsKeepTheirNumberUnlessTheyAreMoved) {
    EXPECT_EQ(kMap.gsi_of_isa(0).value(), 2U);
    EXPECT_EQ(kMap.gsi_of_isa(4).value(), 4U);
    EXPECT_EQ(kMap.gsi_of_isa(9).value(), 20U);
    EXPECT_EQ(kMap.gsi_of_isa(2).error(), base::Error::NotFound); // its place is taken
    EXPECT_EQ(kMap.gsi_of_isa(16).error(), base::Error::NotFound);
}

TEST(LineMap, KnowsWhichIsaInterruptAGsiIs) {
    EXPECT_EQ(kMap.isa_of_gsi(2).value(), 0);
    EXPECT_EQ(kMap.isa_of_gsi(4).value(), 4);
    EXPECT_EQ(kMap.isa_of_gsi(20).value(), 9);
    EXPECT_FALSE(kMap.isa_of_gsi(0).has_value());
    EXPECT_FALSE(kMap.isa_of_gsi(9).has_value());
    EXPECT_FALSE(kMap.isa_of_gsi(21).has_value());
}

TEST(LineMap, TakesTheModeFromOverrideOrBus) {
    EXPECT_EQ(kMap.mode_of(2), kIsa);
    EXPECT_EQ(kMap.mode_of(4), kIsa);
    EXPECT_EQ(kMap.mode_of(5), (PinMode{.is_active_low = false, .is_level = true}));
    EXPECT_EQ(kMap.mode_of(20), kPci);
    EXPECT_EQ(kMap.mode_of(16), kPci);
    EXPECT_EQ(kMap.mode_of(1000), kPci);
}

TEST(LineMap, KnowsWhatIsAnNmi) {
    EXPECT_TRUE(kMap.is_unmaskable(7));
    EXPECT_FALSE(kMap.is_unmaskable(8));
}

TEST(LineMap, WithoutOverridesEverythingIsItsBus) {
    const LineMap map({}, {});
    EXPECT_EQ(map.gsi_of_isa(0).value(), 0U);
    EXPECT_EQ(map.isa_of_gsi(15).value(), 15);
    EXPECT_EQ(map.mode_of(15), kIsa);
}

TEST(FindPin, LooksThroughAllControllers) {
    constexpr std::array kControllers{PinRange{.first_gsi = 0, .count = 24}, PinRange{.first_gsi = 24, .count = 24}};
    EXPECT_EQ(find_pin(kControllers, 23).value().pin, 23U);
    EXPECT_EQ(find_pin(kControllers, 23)->controller, 0U);
    EXPECT_EQ(find_pin(kControllers, 24)->controller, 1U);
    EXPECT_EQ(find_pin(kControllers, 24)->pin, 0U);
    EXPECT_EQ(find_pin(kControllers, 47)->pin, 23U);
    EXPECT_FALSE(find_pin(kControllers, 48).has_value());
    EXPECT_FALSE(find_pin({}, 0).has_value());
}

TEST(FindPin, TablesMayLie) {
    constexpr std::array kControllers{PinRange{.first_gsi = 0xffff'fff0, .count = 240},
                                      PinRange{.first_gsi = 5, .count = 0}, PinRange{.first_gsi = 4, .count = 24}};
    EXPECT_EQ(find_pin(kControllers, 0xffff'ffff)->pin, 15U);
    EXPECT_EQ(find_pin(kControllers, 5)->controller, 2U);
    EXPECT_FALSE(find_pin(kControllers, 3).has_value());
}

} // namespace apic
