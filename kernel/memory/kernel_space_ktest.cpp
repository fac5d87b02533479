#include "kernel/memory/kernel_space.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_map.hpp"
#include "kernel/processor/processor.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;

TEST(KernelSpace, MapsRegistersWhereTheyAre) {
    const PhysicalAddress registers{0xfee00020};
    const auto place = core::kernel().space.map_device(registers, Bytes{4});
    ASSERT_TRUE(place.has_value());
    const auto mapping = look_up(*place);
    ASSERT_TRUE(mapping.has_value());
    EXPECT_TRUE(mapping->physical == registers);
    EXPECT_TRUE(mapping->writable);
    EXPECT_FALSE(mapping->executable);
    EXPECT_FALSE(mapping->user);
}

TEST(KernelSpace, MemoryIsNoDevice) {
    KernelSpace& space = core::kernel().space;
    for (const boot::MemoryRange& range : core::kernel().boot_info.memory.ranges()) {
        if (range.type == boot::MemoryType::Usable && range.size >= Bytes{base::kPageSize}) {
            EXPECT_EQ(space.map_device(range.start, Bytes{8}).error(), Error::AccessDenied);
        }
    }
    EXPECT_EQ(space.map_device(PhysicalAddress{~0ULL - 7}, Bytes{8}).has_value(), false);
    EXPECT_EQ(space.map_device(PhysicalAddress{1ULL << 52}, Bytes{8}).has_value(), false);
    EXPECT_EQ(space.map_device(PhysicalAddress{0xfee00000}, Bytes{1ULL << 40}).has_value(), false);
}

namespace {

/// Maps the same registers again and again, on its processor.
struct Asking : mailbox::Message {
    static constexpr base::usize kTimes = 200;

    Asking() : Message(&Asking::run_there) {}

    static void run_there(Message& message) {
        auto& self = static_cast<Asking&>(message);
        self.ask();
        self.done.store(true);
        Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector);
    }

    void ask() {
        for (base::VirtualAddress& place : places) {
            place = core::kernel().space.map_device(kRegisters, Bytes{4}).value_or(base::VirtualAddress{0});
        }
    }

    static constexpr PhysicalAddress kRegisters{0xfee00000};
    std::array<base::VirtualAddress, kTimes> places{};
    std::atomic<bool> done{false};
};

} // namespace

TEST(KernelSpace, MapsForAllProcessorsAtOnce) {
    Asking own;
    Asking others;
    const auto all = core::kernel().processors.all();
    const bool are_several = all.size() > 1 && all[1].post(others);
    own.ask();
    if (are_several) {
        processor::this_processor().idle_until([](void* of) { return static_cast<Asking*>(of)->done.load(); }, &others);
    } else {
        others.ask();
    }
    for (const base::VirtualAddress place : own.places) {
        const auto mapping = look_up(place);
        ASSERT_TRUE(mapping.has_value());
        EXPECT_TRUE(mapping->physical == Asking::kRegisters);
        EXPECT_FALSE(std::ranges::contains(others.places, place));
    }
    for (const base::VirtualAddress place : others.places) {
        EXPECT_TRUE(look_up(place).has_value());
    }
}

} // namespace kernel::memory
