#include "kernel/platform/platform.hpp"

#include "kernel/core/kernel.hpp"
#include "testing/test.hpp"

namespace kernel::platform {

TEST(Platform, EveryProcessorAndRangeHasANode) {
    const numa::NodeTable& nodes = core::kernel().platform.nodes();
    ASSERT_TRUE(nodes.count() != 0);
    for (const processor::Processor& processor : core::kernel().processors.all()) {
        EXPECT_LT(nodes.node_of_processor(processor.hardware_id()), nodes.count());
    }
    for (const numa::NodeMemory& range : nodes.memory()) {
        EXPECT_LT(range.node, nodes.count());
        EXPECT_EQ(nodes.distance(range.node, range.node), acpi::Slit::kLocal);
    }
}

TEST(Platform, NobodyAnswersWhereNoFunctionIs) {
    PciConfiguration& pci = core::kernel().pci;
    const auto bridge = pci.read({}, pci::kIdentity);
    if (!bridge) {
        EXPECT_EQ(bridge.error(), base::Error::NotFound);
        return;
    }
    EXPECT_NE(*bridge, pci::kNobody);
    EXPECT_EQ(pci.read({.bus = 0, .device = 30, .function = 7}, pci::kIdentity).value(), pci::kNobody);
}

TEST(Platform, VirtioDevicesStandInSlots) {
    for (const VirtioDevice& device : core::kernel().virtio_devices.all()) {
        EXPECT_NE(device.identity.device, 0U);
        EXPECT_NE(device.slot.gsi, 0U);
    }
}

} // namespace kernel::platform
