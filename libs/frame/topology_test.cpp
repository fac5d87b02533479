#include "libs/frame/topology.hpp"

#include <array>

#include "testing/test.hpp"

namespace frame {

using base::u8;

TEST(Topology, NearestFirst) {
    Topology topology(4);
    topology.set_distance(1, 0, 30);
    topology.set_distance(1, 2, 12);
    topology.set_distance(1, 3, 20);
    std::array<u8, 4> order{};
    topology.nearest_first(1, order);
    EXPECT_EQ(order, (std::array<u8, 4>{1, 2, 3, 0}));
}

TEST(Topology, ANodeIsNearestToItselfWhateverFirmwareSays) {
    Topology topology(3);
    topology.set_distance(2, 2, 200);
    topology.set_distance(2, 0, 11);
    std::array<u8, 3> order{};
    topology.nearest_first(2, order);
    EXPECT_EQ(order, (std::array<u8, 3>{2, 0, 1}));
}

TEST(Topology, UntoldDistancesAreEqual) {
    const Topology topology(2);
    EXPECT_EQ(topology.distance(0, 0), Topology::kSelf);
    EXPECT_EQ(topology.distance(0, 1), Topology::kOther);
}

} // namespace frame
