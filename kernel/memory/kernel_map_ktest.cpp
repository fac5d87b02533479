#include "kernel/memory/kernel_map.hpp"

#include "base/address.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

namespace {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;
using base::usize;
using base::VirtualAddress;

/// Where a function or object of the image stands now.
template <class T>
VirtualAddress virtual_address_of(T* thing) {
    return VirtualAddress{base::address_of(thing)};
}

constinit u64 writable_word = 1;
constexpr u64 kConstantWord = 2;

} // namespace

TEST(KernelMap, CodeIsExecutableAndReadOnly) {
    const auto code = look_up(virtual_address_of(&take_over));
    ASSERT_TRUE(code.has_value());
    EXPECT_TRUE(code->executable);
    EXPECT_FALSE(code->writable);
    EXPECT_FALSE(code->user);
}

TEST(KernelMap, ConstantsAreReadOnlyAndNotExecutable) {
    const auto constant = look_up(virtual_address_of(&kConstantWord));
    ASSERT_TRUE(constant.has_value());
    EXPECT_FALSE(constant->executable);
    EXPECT_FALSE(constant->writable);
}

TEST(KernelMap, DataIsWritableAndNotExecutable) {
    const auto data = look_up(virtual_address_of(&writable_word));
    ASSERT_TRUE(data.has_value());
    EXPECT_FALSE(data->executable);
    EXPECT_TRUE(data->writable);
}

TEST(KernelMap, TheImageIsNotWritableThroughThePhysicalMap) {
    const auto code = look_up(virtual_address_of(&take_over));
    ASSERT_TRUE(code.has_value());
    const auto alias = look_up(Arch::physical_map_address(code->physical));
    ASSERT_TRUE(alias.has_value());
    EXPECT_FALSE(alias->writable);
    EXPECT_FALSE(alias->executable);
}

TEST(KernelMap, NothingIsMappedInTheLowerHalf) {
    for (u64 address = 0; address < 4ULL << 30; address += 2 << 20) {
        EXPECT_FALSE(look_up(VirtualAddress{address}).has_value());
    }
}

TEST(KernelMap, EveryUsableRangeIsShownAtBothEnds) {
    for (const boot::MemoryRange& range : core::kernel().boot_info.memory.ranges()) {
        if (range.type != boot::MemoryType::Usable) {
            continue;
        }
        const PhysicalAddress last = range.end() - Bytes{1};
        const auto first_byte = look_up(Arch::physical_map_address(range.start));
        const auto last_byte = look_up(Arch::physical_map_address(last));
        ASSERT_TRUE(first_byte.has_value());
        ASSERT_TRUE(last_byte.has_value());
        EXPECT_TRUE(first_byte->physical == range.start);
        EXPECT_TRUE(last_byte->physical == last);
        EXPECT_FALSE(last_byte->executable);
    }
}

TEST(KernelMap, WhatIsNoMemoryIsNotShown) {
    const PhysicalAddress beyond = core::kernel().boot_info.memory.usable_end() + Bytes{1ULL << 30};
    EXPECT_FALSE(look_up(Arch::physical_map_address(beyond)).has_value());
}

TEST(KernelMap, TheRecursiveEntryShowsTheTablesInForce) {
    const VirtualAddress code = virtual_address_of(&take_over);
    PhysicalAddress table = Arch::current_tables();
    for (int level = page_table::kTopLevel; level >= 0; --level) {
        const page_table::Entry entry = KernelTables::table(table)[page_table::entry_index(code, level)];
        EXPECT_EQ(page_table::Entry{Arch::active_entry(code, level)}.without_marks().word(),
                  entry.without_marks().word());
        table = entry.address();
    }
    const usize slot = page_table::entry_index(Arch::recursive_region(), page_table::kTopLevel);
    const page_table::Entry recursive = KernelTables::table(Arch::current_tables())[slot];
    EXPECT_TRUE(recursive.address() == Arch::current_tables());
    EXPECT_FALSE(recursive.is_user());
    EXPECT_FALSE(recursive.is_executable());
    EXPECT_FALSE(recursive.is_global());
}

TEST(KernelMap, TopLevelEntriesOfRegionsAreThereFromTheBeginning) {
    const auto top = KernelTables::table(Arch::kernel_tables());
    for (Bytes offset{0}; offset < Arch::kRegionsBytes; offset += page_table::page_size(page_table::kTopLevel)) {
        EXPECT_TRUE(top[page_table::entry_index(Arch::kRegions + offset, page_table::kTopLevel)].is_present());
    }
}

TEST(KernelMap, NoPageOfTheKernelIsWritableAndExecutable) {
    // The image's window is the only place with executable pages.
    constexpr u64 kWindow = 0xffffffff80000000;
    u64 executable = 0;
    for (u64 page = kWindow; page < kWindow + (1ULL << 30); page += base::kPageSize) {
        const auto mapping = look_up(VirtualAddress{page});
        if (mapping.has_value() && mapping->executable) {
            ++executable;
            EXPECT_FALSE(mapping->writable);
        }
    }
    EXPECT_GT(executable, 0U);
}

} // namespace kernel::memory
