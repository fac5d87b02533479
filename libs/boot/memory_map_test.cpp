#include "libs/boot/memory_map.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "testing/test.hpp"

namespace boot {
namespace {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u64;
using base::usize;
using enum MemoryType;

constexpr u64 kPage = base::kPageSize;

MemoryRange range(u64 start, u64 end, MemoryType type) { return {PhysicalAddress{start}, Bytes{end - start}, type}; }

MemoryMap map_of(const std::vector<MemoryRange>& claims) {
    MemoryMap map;
    for (const MemoryRange& claim : claims) {
        EXPECT_TRUE(map.add(claim.start, claim.size, claim.type).has_value());
    }
    return map;
}

std::vector<MemoryRange> normalized(const std::vector<MemoryRange>& claims) {
    MemoryMap map = map_of(claims);
    EXPECT_TRUE(map.normalize().has_value());
    return {map.ranges().begin(), map.ranges().end()};
}

using Ranges = std::vector<MemoryRange>;

TEST(MemoryMap, SortsAndJoins) {
    const Ranges wanted{range(0, 0x9f000, Usable), range(0x100000, 0x300000, Usable)};
    EXPECT_EQ(
        normalized({range(0x200000, 0x300000, Usable), range(0x100000, 0x200000, Usable), range(0, 0x9f000, Usable)}),
        wanted);
}

TEST(MemoryMap, PassesOverEmptyClaims) {
    MemoryMap map;
    ASSERT_TRUE(map.add(PhysicalAddress{0}, Bytes{0}, Reserved).has_value());
    ASSERT_TRUE(map.add(PhysicalAddress{~0ULL}, Bytes{0}, Bad).has_value());
    EXPECT_TRUE(map.ranges().empty());
}

TEST(MemoryMap, CutsWhatLeavesTheAddressSpace) {
    const u64 end = MemoryMap::kEndOfMemory.value();
    const MemoryMap map = map_of({{PhysicalAddress{end - kPage}, Bytes{~0ULL}, Usable},
                                  {PhysicalAddress{end}, Bytes{kPage}, Usable},
                                  {PhysicalAddress{~0ULL - 5}, Bytes{100}, Usable}});
    ASSERT_EQ(map.ranges().size(), 1U);
    EXPECT_EQ(map.ranges()[0], range(end - kPage, end, Usable));
}

TEST(MemoryMap, TheMoreRestrictiveClaimWins) {
    const Ranges wanted{range(0, 0x2000, Usable), range(0x2000, 0x4000, Reserved), range(0x4000, 0x5000, Bad),
                        range(0x5000, 0x9000, Usable)};
    EXPECT_EQ(normalized({range(0, 0x9000, Usable), range(0x2000, 0x5000, Reserved), range(0x4000, 0x5000, Bad)}),
              wanted);
}

TEST(MemoryMap, ContainedWeakerClaimsVanish) {
    const Ranges wanted{range(0x1000, 0x8000, Reserved), range(0x8000, 0x9000, Usable)};
    EXPECT_EQ(normalized({range(0x1000, 0x8000, Reserved), range(0x2000, 0x9000, Usable)}), wanted);
}

TEST(MemoryMap, AlignsUsableRangesInwards) {
    const Ranges wanted{range(0x1000, 0x9000, Usable), range(0x9c00, 0xa000, Reserved)};
    EXPECT_EQ(normalized({range(0x1, 0x9c00, Usable), range(0x9c00, 0xa000, Reserved), range(0xb100, 0xb900, Usable)}),
              wanted);
}

TEST(MemoryMap, JoinsBeforeItAligns) {
    EXPECT_EQ(normalized({range(0x1000, 0x1800, Usable), range(0x1800, 0x3000, Usable)}),
              Ranges{range(0x1000, 0x3000, Usable)});
}

TEST(MemoryMap, NeedsUsableMemory) {
    MemoryMap map;
    EXPECT_EQ(map.normalize(), Error::BadState);
    ASSERT_TRUE(map.add(PhysicalAddress{0x1000}, Bytes{0x1000}, Reserved).has_value());
    ASSERT_TRUE(map.add(PhysicalAddress{0x800}, Bytes{0x900}, Usable).has_value());
    EXPECT_EQ(map.normalize(), Error::BadState);
}

TEST(MemoryMap, CountsUsableMemory) {
    MemoryMap map =
        map_of({range(0x1000, 0x4000, Usable), range(0x4000, 0x9000, Reserved), range(0x9000, 0xa000, Usable)});
    ASSERT_TRUE(map.normalize().has_value());
    EXPECT_EQ(map.total_usable(), Bytes{0x4000});
    EXPECT_EQ(map.usable_end(), PhysicalAddress{0xa000});
}

TEST(MemoryMap, ReservesAfterNormalizing) {
    MemoryMap map = map_of({range(0x1000, 0x9000, Usable)});
    ASSERT_TRUE(map.normalize().has_value());
    ASSERT_TRUE(map.reserve(PhysicalAddress{0x2800}, Bytes{0x100}).has_value());
    const Ranges wanted{range(0x1000, 0x2000, Usable), range(0x2800, 0x2900, Reserved), range(0x3000, 0x9000, Usable)};
    EXPECT_EQ(Ranges(map.ranges().begin(), map.ranges().end()), wanted);
    EXPECT_EQ(map.reserve(PhysicalAddress{0}, Bytes{0x9000}), Error::BadState);
}

TEST(MemoryMap, JoinsWhenItIsFull) {
    MemoryMap map;
    for (u64 i = 0; i < 4 * MemoryMap::kMaximumRanges; ++i) {
        ASSERT_TRUE(map.add(PhysicalAddress{i * kPage}, Bytes{kPage}, Usable).has_value());
    }
    ASSERT_TRUE(map.normalize().has_value());
    EXPECT_EQ(map.total_usable(), Bytes{4 * MemoryMap::kMaximumRanges * kPage});
}

TEST(MemoryMap, RefusesMoreThanItHolds) {
    MemoryMap map;
    for (u64 i = 0; i < MemoryMap::kMaximumRanges; ++i) {
        ASSERT_TRUE(map.add(PhysicalAddress{2 * i * kPage}, Bytes{kPage}, Usable).has_value());
    }
    EXPECT_EQ(map.add(PhysicalAddress{1ULL << 40}, Bytes{kPage}, Usable), Error::NoMemory);
    EXPECT_EQ(map.ranges().size(), MemoryMap::kMaximumRanges);
    EXPECT_TRUE(map.normalize().has_value());
}

TEST(MemoryMap, RefusesOverlapsThatNeedMoreThanItHolds) {
    MemoryMap map;
    ASSERT_TRUE(map.add(PhysicalAddress{0}, Bytes{1ULL << 32}, Usable).has_value());
    for (u64 i = 1; i < MemoryMap::kMaximumRanges; ++i) {
        ASSERT_TRUE(map.add(PhysicalAddress{2 * i * kPage}, Bytes{kPage}, Reserved).has_value());
    }
    EXPECT_EQ(map.normalize(), Error::OutOfRange);
    EXPECT_EQ(map.ranges().size(), MemoryMap::kMaximumRanges);
}

TEST(MemoryMap, NamesItsTypes) {
    EXPECT_EQ(name(Usable), "usable");
    EXPECT_EQ(name(AcpiReclaimable), "ACPI tables");
    EXPECT_EQ(name(Reserved), "reserved");
    EXPECT_EQ(name(AcpiStorage), "ACPI storage");
    EXPECT_EQ(name(Bad), "bad");
    EXPECT_EQ(name(static_cast<MemoryType>(99)), "unknown");
}

TEST(MemoryMap, ReadsTheTypesOfE820) {
    EXPECT_EQ(memory_type_of_e820(0), Reserved);
    EXPECT_EQ(memory_type_of_e820(1), Usable);
    EXPECT_EQ(memory_type_of_e820(2), Reserved);
    EXPECT_EQ(memory_type_of_e820(3), AcpiReclaimable);
    EXPECT_EQ(memory_type_of_e820(4), AcpiStorage);
    EXPECT_EQ(memory_type_of_e820(5), Bad);
    EXPECT_EQ(memory_type_of_e820(12), Reserved);
}

/// Memory as an array of bytes, each with the strongest type claimed; 0: nothing.
constexpr usize kModelBytes = 16 * kPage;
using Model = std::vector<int>;

Model model_of(const Ranges& claims) {
    Model model(kModelBytes, 0);
    for (const MemoryRange& claim : claims) {
        for (u64 at = claim.start.value(); at < claim.end().value(); ++at) {
            model[at] = std::max(model[at], static_cast<int>(claim.type) + 1);
        }
    }
    return model;
}

/// Takes away what the inward alignment takes away.
void align_model(Model& model) {
    constexpr int kUsable = 1;
    for (usize page = 0; page < kModelBytes; page += kPage) {
        const auto start = model.begin() + static_cast<std::ptrdiff_t>(page);
        const auto end = start + static_cast<std::ptrdiff_t>(kPage);
        if (std::any_of(start, end, [](int type) { return type != kUsable; })) {
            std::replace(start, end, kUsable, 0);
        }
    }
}

Ranges random_claims(std::mt19937_64& random) {
    Ranges claims(random() % 12 + 1);
    for (MemoryRange& claim : claims) {
        const u64 unit = random() % 2 == 0 ? kPage : 0x80;
        const u64 start = random() % kModelBytes / unit * unit;
        const u64 end = std::min<u64>(kModelBytes, start + random() % kModelBytes / unit * unit);
        claim = range(start, end, static_cast<MemoryType>(random() % 5));
    }
    return claims;
}

TEST(MemoryMap, AgreesWithAModel) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 300; ++round) {
        const Ranges claims = random_claims(random);
        MemoryMap map = map_of(claims);
        const bool usable = map.normalize().has_value();
        Model model = model_of(claims);
        align_model(model);
        EXPECT_EQ(model_of({map.ranges().begin(), map.ranges().end()}), model) << "round " << round;
        EXPECT_EQ(usable, std::ranges::contains(model, 1));
    }
}

TEST(MemoryMap, KnowsWhetherAnythingIsUsable) {
    MemoryMap map;
    ASSERT_TRUE(map.add(PhysicalAddress{0x10000}, Bytes{0x10000}, MemoryType::Usable).has_value());
    ASSERT_TRUE(map.add(PhysicalAddress{0x20000}, Bytes{0x10000}, MemoryType::Reserved).has_value());
    ASSERT_TRUE(map.normalize().has_value());
    EXPECT_TRUE(map.is_any_usable(PhysicalAddress{0xf000}, Bytes{0x1001}));
    EXPECT_FALSE(map.is_any_usable(PhysicalAddress{0xf000}, Bytes{0x1000}));
    EXPECT_TRUE(map.is_any_usable(PhysicalAddress{0x1ffff}, Bytes{1}));
    EXPECT_FALSE(map.is_any_usable(PhysicalAddress{0x20000}, Bytes{0x10000}));
    EXPECT_FALSE(map.is_any_usable(PhysicalAddress{0xfee00000}, Bytes{0x1000}));
}

} // namespace
} // namespace boot
