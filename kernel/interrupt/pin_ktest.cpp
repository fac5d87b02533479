#include "kernel/interrupt/pin.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/interrupt/line_testing.hpp"
#include "testing/test.hpp"

namespace kernel::interrupt {

TEST(Pin, BelongsToOne) {
    IoApics& controllers = core::kernel().io_apics;
    if (!has_pins()) {
        return;
    }
    {
        const auto pin = controllers.claim(11);
        ASSERT_TRUE(pin.has_value());
        EXPECT_EQ(pin->info().gsi, 11U);
        EXPECT_EQ(controllers.claim(11).error(), base::Error::Busy);
    }
    EXPECT_TRUE(controllers.claim(11).has_value());
}

TEST(Pin, IsNotWhereNoControllerIs) {
    EXPECT_EQ(core::kernel().io_apics.claim(5000).error(), base::Error::NotFound);
    EXPECT_EQ(core::kernel().io_apics.claim_isa(200).error(), base::Error::NotFound);
}

TEST(Pin, EveryControllerHasPins) {
    IoApics& controllers = core::kernel().io_apics;
    for (const acpi::IoApic& controller : core::kernel().platform.io_apics()) {
        const auto pin = controllers.claim(controller.first_gsi + 23);
        ASSERT_TRUE(pin.has_value());
        base::FixedText<64> name;
        pin->print(name);
        EXPECT_TRUE(name.view().starts_with("gsi "));
    }
}

TEST(Pin, AProcessorOutOfReachIsRefused) {
    if (!has_pins()) {
        return;
    }
    auto pin = core::kernel().io_apics.claim_isa(0);
    ASSERT_TRUE(pin.has_value());
    EXPECT_EQ(pin->route({.hardware_id = 0x100, .vector = 0x40}).error(), base::Error::Unsupported);
}

TEST(Pin, IsaInterruptsKeepTheirName) {
    if (!has_pins()) {
        return;
    }
    const auto pin = core::kernel().io_apics.claim_isa(0);
    ASSERT_TRUE(pin.has_value());
    EXPECT_EQ(*pin->info().isa, 0);
    EXPECT_FALSE(pin->is_level());
}

} // namespace kernel::interrupt
