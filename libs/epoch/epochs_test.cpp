#include "libs/epoch/epochs.hpp"

#include <array>

#include "testing/test.hpp"

namespace epoch {

namespace {

struct World {
    World() { epochs.start(places); }

    std::array<Place, 3> places;
    Epochs epochs;
};

} // namespace

TEST(Epochs, NobodyInsideIsNoReasonToWait) {
    World world;
    const auto hidden = world.epochs.now();
    EXPECT_FALSE(world.epochs.is_over(hidden));
    world.epochs.advance();
    EXPECT_TRUE(world.epochs.is_over(hidden));
}

TEST(Epochs, WhoWasInsideHoldsItBack) {
    World world;
    world.epochs.enter(1);
    const auto hidden = world.epochs.now();
    for (int i = 0; i < 5; ++i) {
        world.epochs.advance();
    }
    EXPECT_FALSE(world.epochs.is_over(hidden));
    world.epochs.leave(1);
    world.epochs.advance();
    EXPECT_TRUE(world.epochs.is_over(hidden));
}

TEST(Epochs, WhoEntersLaterHoldsNothingBackForEver) {
    World world;
    const auto hidden = world.epochs.now();
    world.epochs.enter(0);
    world.epochs.advance();
    // It entered at the epoch of the hiding, and may have found it.
    EXPECT_FALSE(world.epochs.is_over(hidden));
    world.epochs.leave(0);
    world.epochs.enter(0);
    world.epochs.advance();
    EXPECT_TRUE(world.epochs.is_over(hidden));
}

} // namespace epoch
