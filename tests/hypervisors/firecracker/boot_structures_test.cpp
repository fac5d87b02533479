#include "tests/hypervisors/firecracker/boot_structures.hpp"

#include <algorithm>

#include "libs/acpi/madt.hpp"
#include "libs/acpi/tables.hpp"
#include "libs/boot/fake_memory.hpp"
#include "libs/boot/pvh.hpp"
#include "testing/test.hpp"

namespace firecracker {

namespace {

constexpr base::PhysicalAddress kStart{kStartInfo};

boot::FakeMemory reader(const GuestMemory& memory) { return {std::as_bytes(memory.low()), base::PhysicalAddress{0}}; }

GuestMemory guest_memory(const Guest& guest, std::uint64_t mebibytes = 64) {
    GuestMemory memory(mebibytes * kMebibyte);
    write_boot_structures(memory, guest);
    return memory;
}

std::uint8_t sum(std::span<const std::uint8_t> bytes) { return static_cast<std::uint8_t>(0 - checksum(bytes)); }

} // namespace

TEST(BootStructures, AreReadByTheKernelsDoor) {
    const GuestMemory memory = guest_memory({.command_line = "log=debug", .module = {}});
    boot::BootInfo info;
    EXPECT_EQ(boot::read_pvh(reader(memory), kStart, info), "");
    EXPECT_EQ(info.command_line(), "log=debug");
    EXPECT_EQ(info.acpi_root, base::PhysicalAddress{0});
    EXPECT_EQ(info.memory.total_usable(), base::Bytes{64 * kMebibyte - 0x100000 + 0x9f000});
}

TEST(BootStructures, HighMemoryComesBeforeTheKernels) {
    const GuestMemory memory = guest_memory({.command_line = {}, .module = {}}, 5 * 1024);
    boot::BootInfo info;
    EXPECT_EQ(boot::read_pvh(reader(memory), kStart, info), "");
    EXPECT_EQ(info.memory.usable_end(), base::PhysicalAddress{kHighMemory + 5 * 1024 * kMebibyte - kDeviceGap});
}

TEST(BootStructures, TablesAreFoundBySearch) {
    const GuestMemory memory = guest_memory({.cpus = 3, .command_line = {}, .module = {}});
    const boot::FakeMemory view = reader(memory);
    const auto root = acpi::find_root(view);
    ASSERT_TRUE(root);
    EXPECT_EQ(*root, base::PhysicalAddress{0xe0000});
    const auto tables = acpi::Tables::open(view, *root);
    ASSERT_TRUE(tables);
    for (base::usize index = 0; index < tables->count(); ++index) {
        EXPECT_TRUE(tables->listing(index).state);
    }
    const auto madt = tables->decode<acpi::Madt>();
    ASSERT_TRUE(madt);
    int processors = 0;
    auto entries = madt->entries();
    for (auto entry = entries.next(); entry && *entry; entry = entries.next()) {
        processors += std::holds_alternative<acpi::LocalApic>(**entry) ? 1 : 0;
    }
    EXPECT_EQ(processors, 3);
}

TEST(BootStructures, OldVersionsHaveOnlyTheMpTable) {
    const GuestMemory memory = guest_memory({.cpus = 2, .tables = Tables::MpOnly, .command_line = {}, .module = {}});
    EXPECT_FALSE(acpi::find_root(reader(memory)));
    const auto pointer = memory.place(0x9fc00, 16);
    EXPECT_TRUE(std::ranges::equal(pointer.first(4), std::string_view("_MP_")));
    EXPECT_EQ(sum(pointer), 0);
    const auto head = memory.place(0x9fc10, 44);
    const auto size = static_cast<std::uint64_t>(head[4] | head[5] << 8);
    EXPECT_EQ(sum(memory.place(0x9fc10, size)), 0);
    EXPECT_EQ(head[34], 2 + 1 + 1 + 24 + 2);
    EXPECT_EQ(size, 44U + 2 * 20 + 28 * 8);
}

} // namespace firecracker
