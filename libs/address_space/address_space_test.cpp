#include <vector>

#include "libs/address_space/fake_environment.hpp"
#include "testing/test.hpp"

namespace address_space {

using namespace base::literals;
using base::Bytes;
using base::Error;
using base::u64;
using base::VirtualAddress;
using memory_object::Outcome;

namespace {

using E = FakeEnvironment;
constexpr VirtualAddress kRandom{0x5555'0000'0000};

/// Ranges that no program may have: what each is said to be.
struct BadRange {
    const char* what;
    u64 start;
    u64 size;
};

constexpr std::array kBadRanges{
    BadRange{"no pages", 0x10'0000, 0},
    BadRange{"start not aligned", 0x10'0001, 4096},
    BadRange{"size not aligned", 0x10'0000, 4095},
    BadRange{"null", 0, 4096},
    BadRange{"the lowest 64 KiB", 0xf000, 4096},
    BadRange{"over the lowest 64 KiB", 0xf000, 8192},
    BadRange{"the highest page", 0x7fff'ffff'f000, 4096},
    BadRange{"over the highest page", 0x7fff'ffff'e000, 8192},
    BadRange{"capability space", 0x8000'0000'0000, 4096},
    BadRange{"the end of capability space", 0xffff'ffff'f000, 4096},
    BadRange{"into capability space", 0x7fff'ffff'0000, 0x20000},
    BadRange{"not canonical", 0x1'0000'0000'0000, 4096},
    BadRange{"the kernel's half", 0xffff'8000'0000'0000, 4096},
    BadRange{"the last page", ~u64{4095}, 4096},
    BadRange{"overflow", 0x10'0000, ~u64{4095}},
    BadRange{"overflow to itself", 0x10'0000, u64{1} << 63},
};

class AddressSpaceTest : public testing::Test {
  protected:
    ~AddressSpaceTest() override {
        while (!space.clear(e)) {
        }
        EXPECT_EQ(e.regions, 0U);
        EXPECT_TRUE(e.entries.empty());
    }

    base::RefPtr<FakeObject> anonymous(Bytes size, memory_object::Sizing sizing = memory_object::Sizing::Resizable) {
        return FakeObject::make(e, std::move(*FakeMemory::anonymous(size, sizing)));
    }

    /// Maps 16 pages for reading and writing.
    VirtualAddress map_some() { return *space.map(e, {.object = some, .size = 64_KiB, .access = Access::ReadWrite}); }

    base::Result<VirtualAddress> map_at(VirtualAddress address, Bytes size, Placement placement = Placement::Fixed) {
        return space.map(e, {.object = some, .size = size, .placement = placement, .address = address});
    }

    Error error_of(const auto& result) { return result ? Error{} : result.error(); }

    E e;
    base::RefPtr<FakeObject> some = anonymous(64_KiB);
    AddressSpace<E> space{kRandom};
};

} // namespace

TEST_F(AddressSpaceTest, FaultsBringPages) {
    const VirtualAddress start = map_some();
    EXPECT_EQ(start, kRandom);
    EXPECT_EQ(space.fault(e, start + 5_KiB, Fault::Read)->outcome, Outcome::Ready);
    EXPECT_EQ(e.entries.at(start + 4_KiB).frame, e.zero_frame());
    EXPECT_EQ(e.entries.at(start + 4_KiB).access, Access::Read) << "or the write would go to everybody's zeroes";
    EXPECT_EQ(*space.fault(e, start + 5_KiB, Fault::Write), (FaultAnswer{Outcome::Ready, 1}));
    EXPECT_EQ(e.entries.at(start + 4_KiB).access, Access::ReadWrite);
    EXPECT_NE(e.entries.at(start + 4_KiB).frame, e.zero_frame());
}

TEST_F(AddressSpaceTest, FaultsAreRefused) {
    const VirtualAddress start = map_some();
    EXPECT_EQ(space.fault(e, start + 64_KiB, Fault::Read), Error::NotFound);
    EXPECT_EQ(space.fault(e, start - 1_B, Fault::Read), Error::NotFound);
    EXPECT_EQ(space.fault(e, VirtualAddress{0}, Fault::Read), Error::NotFound);
    EXPECT_EQ(space.fault(e, VirtualAddress{0x8000'1234'5678}, Fault::Read), Error::NotFound);
    EXPECT_EQ(space.fault(e, VirtualAddress{~u64{0}}, Fault::Write), Error::NotFound);
    EXPECT_EQ(space.fault(e, start, Fault::Execute), Error::AccessDenied);
    ASSERT_TRUE(space.protect(e, start, 4_KiB, Access::Read).has_value());
    EXPECT_EQ(space.fault(e, start, Fault::Write), Error::AccessDenied);
    const VirtualAddress guard = *space.map(e, {.size = 4_KiB});
    EXPECT_EQ(space.fault(e, guard, Fault::Read), Error::AccessDenied);
    memory_object::Work work(1000);
    ASSERT_TRUE(*some->memory.resize(e, 32_KiB, work));
    EXPECT_EQ(space.fault(e, start + 40_KiB, Fault::Read), Error::OutOfRange) << "the object became smaller";
    EXPECT_TRUE(e.entries.empty());
}

TEST_F(AddressSpaceTest, BadRangesChangeNothing) {
    map_some();
    for (const BadRange& bad : kBadRanges) {
        const VirtualAddress start{bad.start};
        const Bytes size{bad.size};
        EXPECT_EQ(error_of(map_at(start, size)), Error::InvalidArgument) << bad.what;
        EXPECT_EQ(error_of(map_at(start, size, Placement::Hinted)), Error::InvalidArgument) << bad.what;
        EXPECT_EQ(error_of(space.unmap(e, start, size)), Error::InvalidArgument) << bad.what;
        EXPECT_EQ(error_of(space.protect(e, start, size, Access::Read)), Error::InvalidArgument) << bad.what;
    }
    for (const u64 size : {u64{0}, u64{4095}, u64{1} << 47, u64{1} << 63, ~u64{4095}}) {
        EXPECT_EQ(error_of(map_at({}, Bytes{size}, Placement::Anywhere)), Error::InvalidArgument) << size;
    }
    EXPECT_EQ(space.count(), 1U);
    EXPECT_EQ(e.regions, 1U);
}

TEST_F(AddressSpaceTest, TheEdgesOfTheUserHalfAreMappable) {
    EXPECT_TRUE(map_at(kUserHalf.start, 4_KiB).has_value());
    EXPECT_TRUE(map_at(kUserHalf.end - 4_KiB, 4_KiB).has_value());
    EXPECT_EQ(space.query(kUserHalf.end - 1_B)->span.end, kUserHalf.end);
    EXPECT_FALSE(space.query(kUserHalf.end).has_value());
}

TEST_F(AddressSpaceTest, MapChecksTheObject) {
    const auto map = [this](const MapRequest<E>& request) { return error_of(space.map(e, request)); };
    EXPECT_EQ(map({.object = some, .first_page = 1, .size = 64_KiB}), Error::OutOfRange);
    EXPECT_EQ(map({.object = some, .first_page = ~u64{0}, .size = 64_KiB}), Error::OutOfRange);
    EXPECT_EQ(map({.object = some, .size = 128_KiB}), Error::OutOfRange);
    EXPECT_EQ(map({.object = some, .size = 4_KiB, .access = Access::ReadExecute}), Error::AccessDenied);
    EXPECT_EQ(
        map({.object = some, .size = 4_KiB, .access = Access::ReadWrite, .attributes = {.rights = {.write = false}}}),
        Error::AccessDenied);
    EXPECT_EQ(map({.object = some, .size = 4_KiB, .needs_fixed_size = true}), Error::BadState);
    EXPECT_EQ(map({.object = anonymous(4_KiB, memory_object::Sizing::Fixed), .size = 4_KiB, .needs_fixed_size = true}),
              Error{});
    EXPECT_EQ(space.count(), 1U);
}

TEST_F(AddressSpaceTest, PlacesWhereThereIsRoom) {
    const VirtualAddress first = map_some();
    EXPECT_EQ(map_some(), first + 64_KiB);
    EXPECT_EQ(error_of(map_at(first + 60_KiB, 8_KiB)), Error::Exists);
    EXPECT_EQ(*map_at(first + 60_KiB, 8_KiB, Placement::Hinted), first + 128_KiB);
    EXPECT_EQ(*map_at(VirtualAddress{0x10'0000}, 8_KiB, Placement::Hinted), VirtualAddress{0x10'0000});
    ASSERT_TRUE(space.unmap(e, first + 8_KiB, 8_KiB).has_value());
    EXPECT_EQ(*map_at({}, 8_KiB, Placement::Anywhere), first + 8_KiB);
    EXPECT_EQ(*space.map(e, {.size = kUserHalf.end - kRandom}), (VirtualAddress{0x10'2000}))
        << "only below there is room for that";
}

TEST_F(AddressSpaceTest, LargeMappingsFitLargePages) {
    const auto large = anonymous(16_MiB);
    map_some();
    const VirtualAddress start = *space.map(e, {.object = large, .size = 8_MiB, .access = Access::ReadWrite});
    EXPECT_TRUE(start.is_aligned(2_MiB));
    const VirtualAddress shifted = *space.map(e, {.object = large, .first_page = 3, .size = 8_MiB});
    EXPECT_EQ(shifted.value() % (2_MiB).value(), 3 * 4096U);
    EXPECT_EQ(error_of(space.promote(e, start)), Error::NotFound);
    const auto block = *e.allocate_block(9, memory_object::Contents::Zero);
    ASSERT_TRUE(large->memory.commit_block(e, 512, block).has_value());
    EXPECT_TRUE(space.promote(e, start + 2_MiB + 5_KiB).has_value());
    EXPECT_EQ(e.blocks, 1U);
    EXPECT_EQ(e.entries.at(start + 4_MiB - 4_KiB).frame, block + 511 * 4_KiB);
    EXPECT_EQ(error_of(space.promote(e, shifted)), Error::NotFound) << "its start is outside";
    EXPECT_EQ(error_of(space.promote(e, VirtualAddress{0x10'0000})), Error::NotFound);
}

TEST_F(AddressSpaceTest, ProtectSplitsAndJoins) {
    const VirtualAddress start = map_some();
    EXPECT_EQ(*space.protect(e, start + 4_KiB, 4_KiB, Access::Read), 4_KiB);
    EXPECT_EQ(space.count(), 3U);
    EXPECT_EQ(space.query(start + 4_KiB)->first_page, 1U);
    EXPECT_EQ(space.query(start + 8_KiB)->access, Access::ReadWrite);
    EXPECT_EQ(*space.protect(e, start + 4_KiB, 4_KiB, Access::ReadWrite), 4_KiB);
    EXPECT_EQ(space.count(), 1U);
    map_some();
    EXPECT_EQ(space.count(), 2U) << "two mappings stay two: each ends with its own capability";
}

TEST_F(AddressSpaceTest, ProtectIsAllOrNothing) {
    const VirtualAddress start = map_some();
    const VirtualAddress guard = *space.map(e, {.size = 4_KiB});
    ASSERT_EQ(guard, start + 64_KiB);
    EXPECT_EQ(error_of(space.protect(e, start, 68_KiB, Access::Read)), Error::AccessDenied);
    EXPECT_EQ(error_of(space.protect(e, start, 72_KiB, Access::Read)), Error::NotFound) << "a hole";
    EXPECT_EQ(error_of(space.protect(e, start - 4_KiB, 8_KiB, Access::Read)), Error::NotFound);
    EXPECT_EQ(error_of(space.protect(e, start, 4_KiB, Access::ReadExecute)), Error::AccessDenied);
    EXPECT_EQ(space.query(start)->access, Access::ReadWrite);
    EXPECT_EQ(space.count(), 2U);
}

TEST_F(AddressSpaceTest, WritingIsNeverGivenByProtect) {
    const VirtualAddress start = map_some();
    ASSERT_TRUE(space.fault(e, start, Fault::Write).has_value());
    ASSERT_TRUE(space.protect(e, start, 64_KiB, Access::Read).has_value());
    EXPECT_EQ(e.entries.at(start).access, Access::Read);
    ASSERT_TRUE(space.protect(e, start, 64_KiB, Access::ReadWrite).has_value());
    EXPECT_EQ(e.entries.at(start).access, Access::Read) << "the page may be shared by now";
    ASSERT_TRUE(space.fault(e, start, Fault::Write).has_value());
    EXPECT_EQ(e.entries.at(start).access, Access::ReadWrite);
}

TEST_F(AddressSpaceTest, UnmapGoesInSlices) {
    const VirtualAddress start = map_some();
    for (u64 page = 0; page < 16; ++page) {
        ASSERT_TRUE(space.fault(e, start + page * 4_KiB, Fault::Write).has_value());
    }
    e.slice = 8_KiB;
    EXPECT_EQ(*space.unmap(e, start, 64_KiB), 8_KiB);
    EXPECT_EQ(space.fault(e, start, Fault::Read), Error::NotFound);
    EXPECT_EQ(space.query(start + 8_KiB)->first_page, 2U);
    EXPECT_EQ(e.entries.size(), 14U);
    EXPECT_EQ(error_of(space.unmap(e, start, 8_KiB)), Error::NotFound);
    ASSERT_TRUE(space.protect(e, start + 12_KiB, 4_KiB, Access::Read).has_value());
    EXPECT_EQ(*space.unmap(e, start + 32_KiB, 4_KiB), 4_KiB) << "in the middle";
    EXPECT_EQ(space.query(start + 36_KiB)->first_page, 9U);
    EXPECT_EQ(space.query(start + 28_KiB)->span.end, start + 32_KiB);
}

TEST_F(AddressSpaceTest, AnErrorChangesNothing) {
    const VirtualAddress start = map_some();
    ASSERT_TRUE(space.fault(e, start + 4_KiB, Fault::Write).has_value());
    const auto change = [&](int kind) -> Error {
        switch (kind) {
        case 0: return error_of(space.map(e, {.object = some, .size = 4_KiB}));
        case 1: return error_of(space.fault(e, start, Fault::Write));
        case 2: return error_of(space.protect(e, start + 4_KiB, 4_KiB, Access::Read));
        default: return error_of(space.unmap(e, start + 12_KiB, 4_KiB));
        }
    };
    const std::array<u64, 5> counts{1, 2, 2, 4, 5};
    for (int kind = 0; kind < 4; ++kind) {
        SCOPED_TRACE(kind);
        u64 failures = 0;
        for (;; ++failures) {
            e.fail_at(failures);
            const Error error = change(kind);
            const bool failed = e.has_failed();
            e.never_fail();
            if (!failed) {
                EXPECT_EQ(error, Error{});
                break;
            }
            EXPECT_EQ(error, Error::NoMemory);
            EXPECT_EQ(space.count(), counts.at(static_cast<base::usize>(kind)));
            EXPECT_EQ(e.regions, space.count());
            EXPECT_EQ(e.entries.size(), kind < 2 ? 1U : 2U);
            EXPECT_EQ(e.entries.at(start + 4_KiB).access, kind < 3 ? Access::ReadWrite : Access::Read);
        }
        EXPECT_GT(failures, 0U);
    }
}

TEST_F(AddressSpaceTest, ObjectsKnowTheirRegions) {
    const auto backed =
        FakeObject::make(e, std::move(*FakeMemory::pager_backed(64_KiB, memory_object::FirstWrite::IsRecorded)));
    const auto view = FakeObject::make(e, std::move(*backed->memory.clone()), backed);
    const VirtualAddress start = *space.map(e, {.object = view, .size = 64_KiB, .access = Access::ReadWrite});
    EXPECT_EQ(*space.fault(e, start + 4_KiB, Fault::Read), (FaultAnswer{Outcome::AskThePager, 1}));
    EXPECT_EQ(view->mappings.own.count(), 1U);
    EXPECT_EQ(backed->mappings.own.count(), 0U);
    EXPECT_EQ(backed->mappings.through_views.front()->space, &space) << "it loses what the other withdraws";
    ASSERT_TRUE(space.protect(e, start, 4_KiB, Access::Read).has_value());
    EXPECT_EQ(backed->mappings.through_views.count(), 2U);
    ASSERT_TRUE(space.unmap(e, start, 64_KiB).has_value());
    EXPECT_TRUE(backed->mappings.through_views.empty());
}

TEST_F(AddressSpaceTest, ClonesTakeWritingAway) {
    const VirtualAddress start = map_some();
    ASSERT_TRUE(space.fault(e, start, Fault::Write).has_value());
    const base::PhysicalAddress frame = e.entries.at(start).frame;
    const auto copy = FakeObject::make(e, std::move(*some->memory.clone()));
    for (Region<E>& region : some->mappings.own) {
        region.space->protect_from_writing(e, region);
    }
    EXPECT_EQ(e.entries.at(start).access, Access::Read);
    ASSERT_TRUE(space.fault(e, start, Fault::Write).has_value());
    EXPECT_NE(e.entries.at(start).frame, frame);
    EXPECT_EQ(*copy->memory.frame_of(0), frame);
}

TEST_F(AddressSpaceTest, ARegionKeepsItsObject) {
    FakeObject* const object = anonymous(4_KiB).leak();
    const VirtualAddress start =
        *space.map(e, {.object = base::RefPtr<FakeObject>::adopt(*object), .size = 4_KiB, .access = Access::ReadWrite});
    EXPECT_TRUE(space.fault(e, start, Fault::Write).has_value());
    EXPECT_EQ(e.frames_in_use(), 1U);
    ASSERT_TRUE(space.unmap(e, start, 4_KiB).has_value());
    EXPECT_EQ(e.frames_in_use(), 0U);
}

TEST_F(AddressSpaceTest, WhatWasMappedThroughAUseGoesWithIt) {
    int told = 0;
    auto use = base::RefPtr<FakeUse>::adopt(*new FakeUse(told));
    const VirtualAddress start =
        *space.map(e, {.object = some, .size = 64_KiB, .access = Access::ReadWrite, .use = use});
    const VirtualAddress other = map_some();
    ASSERT_TRUE(space.unmap(e, start + 8_KiB, 4_KiB));
    ASSERT_TRUE(space.protect(e, start + 32_KiB, 4_KiB, Access::Read));
    const VirtualAddress in_the_hole = *map_at(start + 8_KiB, 4_KiB);
    ASSERT_TRUE(space.fault(e, start, Fault::Write));
    EXPECT_EQ(space.unmap_use(e, *use, start, 64_KiB), 64_KiB);
    EXPECT_EQ(error_of(space.query(start)), Error::NotFound);
    EXPECT_EQ(error_of(space.query(start + 60_KiB)), Error::NotFound);
    EXPECT_TRUE(space.query(in_the_hole)) << "it was mapped through something else";
    EXPECT_TRUE(space.query(other));
    EXPECT_TRUE(e.entries.empty());
    EXPECT_EQ(told, 0);
    use = nullptr;
    EXPECT_EQ(told, 1);
}

TEST_F(AddressSpaceTest, AUseIsToldWhenItsLastPieceGoes) {
    int told = 0;
    const VirtualAddress start = *space.map(e, {.object = some,
                                                .size = 64_KiB,
                                                .access = Access::ReadWrite,
                                                .use = base::RefPtr<FakeUse>::adopt(*new FakeUse(told))});
    ASSERT_TRUE(space.unmap(e, start + 16_KiB, 16_KiB));
    ASSERT_TRUE(space.unmap(e, start, 16_KiB));
    EXPECT_EQ(told, 0);
    ASSERT_TRUE(space.unmap(e, start + 32_KiB, 32_KiB));
    EXPECT_EQ(told, 1);
}

TEST_F(AddressSpaceTest, AUseIsUnmappedInSlices) {
    int told = 0;
    auto use = base::RefPtr<FakeUse>::adopt(*new FakeUse(told));
    const VirtualAddress start =
        *space.map(e, {.object = some, .size = 64_KiB, .access = Access::ReadWrite, .use = use});
    e.slice = 12_KiB;
    Bytes done{0};
    int slices = 0;
    while (done < 64_KiB) {
        done += space.unmap_use(e, *use, start + done, 64_KiB - done);
        ++slices;
    }
    EXPECT_EQ(slices, 6);
    EXPECT_EQ(error_of(space.query(start)), Error::NotFound);
}

TEST_F(AddressSpaceTest, WhatIsSealedIsNeitherUnmappedNorProtected) {
    const VirtualAddress before = map_some();
    const VirtualAddress sealed =
        *space.map(e, {.object = some, .size = 64_KiB, .access = Access::ReadWrite, .attributes = {.is_sealed = true}});
    ASSERT_EQ(sealed, before + 64_KiB);
    ASSERT_TRUE(space.fault(e, sealed, Fault::Write));
    EXPECT_EQ(error_of(space.unmap(e, sealed, 64_KiB)), Error::AccessDenied);
    EXPECT_EQ(error_of(space.unmap(e, sealed + 8_KiB, 4_KiB)), Error::AccessDenied) << "in the middle";
    EXPECT_EQ(error_of(space.unmap(e, before, 68_KiB)), Error::AccessDenied) << "with what stands before it";
    EXPECT_EQ(error_of(space.protect(e, sealed, 4_KiB, Access::Read)), Error::AccessDenied);
    EXPECT_EQ(error_of(space.protect(e, before, 68_KiB, Access::Read)), Error::AccessDenied);
    EXPECT_EQ(space.count(), 2U);
    EXPECT_EQ(space.query(before)->access, Access::ReadWrite);
    EXPECT_EQ(e.entries.at(sealed).access, Access::ReadWrite);
    EXPECT_TRUE(space.unmap(e, before, 64_KiB)) << "up to it";
}

TEST_F(AddressSpaceTest, WhatIsSealedGoesWithItsUse) {
    int told = 0;
    auto use = base::RefPtr<FakeUse>::adopt(*new FakeUse(told));
    const VirtualAddress start = *space.map(
        e,
        {.object = some, .size = 64_KiB, .access = Access::ReadWrite, .attributes = {.is_sealed = true}, .use = use});
    EXPECT_EQ(space.unmap_use(e, *use, start, 64_KiB), 64_KiB);
    EXPECT_EQ(error_of(space.query(start)), Error::NotFound);
}

} // namespace address_space
