/// What the page tables' own part of memory's figures costs.
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/testing/figure.hpp"
#include "libs/page_table/mapper.hpp"
#include "testing/test.hpp"

namespace kernel::memory {

namespace {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;
using base::VirtualAddress;
using page_table::Access;
using page_table::Attributes;
using page_table::Gather;
using page_table::Owner;
using namespace base::literals;

constexpr VirtualAddress kStart{1ULL << 40};
constexpr Attributes kWritable{Access::ReadWrite, Owner::User};

/// Tables that go back as soon as they are empty.
class SpaceTables {
  public:
    static base::Result<PhysicalAddress> allocate_table() { return core::kernel().frames.allocate_zeroed(); }

    static page_table::Table table(PhysicalAddress table) { return KernelTables::table(table); }

    static void release_table(PhysicalAddress table) { core::kernel().frames.free(table); }
};

/// An address space that no processor enters: it is only changed.
class Tables {
  public:
    ~Tables() { core::kernel().frames.free(top_); }

    /// Ticks that `work` takes.
    template <class Work>
    u64 measure(Work work) {
        const u64 start = Arch::read_cycle_counter();
        work(mapper_);
        return Arch::read_cycle_counter() - start;
    }

  private:
    SpaceTables tables_;
    PhysicalAddress top_ = *SpaceTables::allocate_table();
    page_table::Mapper<SpaceTables> mapper_{tables_, top_, 0};
};

using Mapper = page_table::Mapper<SpaceTables>;

u64 unmap(Tables& tables, Bytes size) {
    u64 frames = 0;
    Gather gather;
    const u64 ticks = tables.measure([&](Mapper& mapper) {
        const auto visit = [&frames](VirtualAddress, page_table::Entry, int) { ++frames; };
        EXPECT_TRUE(mapper.unmap(kStart, size, gather, page_table::kNoLimit, visit).has_value());
    });
    EXPECT_EQ(frames, size / 4_KiB);
    return ticks;
}

u64 map(Tables& tables, VirtualAddress at, Bytes size) {
    return tables.measure(
        [&](Mapper& mapper) { EXPECT_TRUE(mapper.map(at, PhysicalAddress{0}, size, kWritable).has_value()); });
}

} // namespace

TEST(PageTables, CostLittleForEachPage) {
    Tables tables;
    const base::Pages before = core::kernel().frames.used();
    map(tables, kStart, 8_KiB);
    testing::print_figure("page_table.map.4k", map(tables, kStart + 8_KiB, 4_KiB));
    unmap(tables, 12_KiB);
    EXPECT_TRUE(core::kernel().frames.used() == before);
    map(tables, kStart, 2_MiB);
    testing::print_figure("page_table.unmap.per_4k", unmap(tables, 2_MiB) / 512);
    EXPECT_TRUE(core::kernel().frames.used() == before);
}

TEST(PageTables, AreWithheldForACloneAtOnce) {
    Tables tables;
    map(tables, kStart, 1_GiB);
    Gather gather;
    testing::print_figure("page_table.withhold.1g", tables.measure([&](Mapper& mapper) {
        EXPECT_TRUE(mapper.withhold_writes(kStart, 1_GiB, gather).has_value());
    }));
    testing::print_figure("page_table.first_write", tables.measure([&](Mapper& mapper) {
        EXPECT_TRUE(mapper.replace(kStart + 12_MiB, PhysicalAddress{0x5000}, kWritable, gather).has_value());
    }));
    unmap(tables, 1_GiB);
}

} // namespace kernel::memory
