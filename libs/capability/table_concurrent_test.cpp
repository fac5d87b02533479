// Looking up takes no lock: whatever happens to the table meanwhile, a handle finds its own capability or nothing.
#include <atomic>
#include <thread>
#include <vector>

#include "libs/capability/fake_memory.hpp"
#include "libs/capability/table.hpp"
#include "testing/test.hpp"

namespace capability {

using abi::Handle;

TEST(CapabilityTableConcurrent, AHandleFindsItsOwnOrNothing) {
    FakeMemory memory;
    FakeTable table(memory, 7);
    Target target(abi::ObjectKind::Event);
    std::atomic<base::u64> shared{0};
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!stop.load(std::memory_order_relaxed)) {
                const Handle handle{shared.load(std::memory_order_acquire)};
                if (const Slot* const slot = table.find(handle); slot != nullptr) {
                    // Found live under this generation: its kind was published with it.
                    ASSERT_EQ(slot->state().get<SlotLayout::Kind>() == abi::ObjectKind::Event ||
                                  !slot->state().get<SlotLayout::Live>(),
                              true);
                }
            }
        });
    }
    for (int round = 0; round < 20'000; ++round) {
        const auto place = table.reserve();
        ASSERT_TRUE(place.has_value());
        const Handle handle = table.install(*place, {.target = &target, .permissions = abi::kRead}, target.root());
        shared.store(handle.word(), std::memory_order_release);
        drop(*table.find(handle));
        table.recycle(handle.slot());
    }
    stop = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
}

} // namespace capability
