#include "libs/memory_object/memory_object.hpp"

#include <vector>

#include "libs/memory_object/block_commit.hpp"
#include "libs/memory_object/fake_resources.hpp"
#include "libs/memory_object/interface.hpp"
#include "testing/test.hpp"

namespace memory_object {

using namespace base::literals;
using base::Error;
using base::u64;

namespace {

using Object = MemoryObject<FakeResources>;

constexpr u64 kMost = ~u64{0};

template <class T>
base::Result<void> without_value(const base::Result<T>& result) {
    return result ? base::Result<void>{} : result.error();
}

class MemoryObjectTest : public testing::Test {
  protected:
    ~MemoryObjectTest() override {
        EXPECT_EQ(source.frames_in_use(), 0U);
        EXPECT_EQ(source.nodes_in_use(), 0U);
    }

    void destroy(Object& object) {
        Work work(kMost);
        EXPECT_TRUE(object.destroy(source, work));
    }

    Frame frame(Object& object, u64 page, Want want = Want::Write) {
        const auto found = object.resolve(source, page, want);
        EXPECT_TRUE(found && found->outcome == Outcome::Ready);
        return found->frame;
    }

    /// Supplies one page of `lender` at the same page of `object`.
    void supply(Object& lender, Object& object, u64 page, Want grant) {
        std::array<Frame, 1> frames{};
        ASSERT_TRUE(lender.lend(source, page, frames).has_value());
        ASSERT_TRUE(object.supply(source, page, frames, Supply::Lent, grant).has_value());
    }

    /// Every method that takes a range, on `object`.
    template <class F>
    void with_each_range_method(Object& object, u64 first, u64 count, F&& expect) {
        Work work(kMost);
        std::vector<Frame> frames(count > 64 ? 64 : count);
        expect(object.commit(source, first, count, work), "commit");
        expect(object.discard(source, first, count, work), "discard");
        expect(object.zero(source, first, count, work), "zero");
        expect(object.pin(source, first, count, Want::Write, work), "pin");
        expect(object.unpin(first, count), "unpin");
        expect(object.withdraw(source, first, count, work, [](u64, Word) {}), "withdraw");
        expect(object.clean(first, count, work, [](u64, Word) {}), "clean");
        expect(object.grant_writing(first, count), "grant_writing");
        if (count <= 64) {
            expect(object.lend(source, first, frames), "lend");
            expect(object.give(source, first, frames), "give");
            expect(object.supply(source, first, frames, Supply::Lent, Want::Read), "supply");
        }
    }

    FakeResources source;
};

} // namespace

TEST_F(MemoryObjectTest, IsZeroUntilWritten) {
    Object object = *Object::anonymous(1_GiB);
    const Resolution before = *object.resolve(source, 17, Want::Read);
    EXPECT_EQ(before, (Resolution{Outcome::Ready, source.zero_frame(), false}));
    const Resolution written = *object.resolve(source, 17, Want::Write);
    EXPECT_TRUE(written.is_writable);
    EXPECT_EQ(source.bytes(written.frame)[0], std::byte{0});
    EXPECT_TRUE(written.is_replaced) << "the zeroes may be mapped";
    EXPECT_EQ(*object.resolve(source, 17, Want::Write), (Resolution{Outcome::Ready, written.frame, true}));
    destroy(object);
}

TEST_F(MemoryObjectTest, ClonesCopyWhatIsWritten) {
    Object object = *Object::anonymous(1_GiB);
    const Frame first = frame(object, 17);
    Object copy = *object.clone();
    EXPECT_FALSE(object.resolve(source, 17, Want::Read)->is_writable);
    EXPECT_NE(frame(object, 17), first);
    EXPECT_EQ(frame(copy, 17), first) << "the last owner writes in place";
    destroy(object);
    destroy(copy);
}

TEST_F(MemoryObjectTest, ACloneAllocatesNothingAndAWriteOneNodeOfEachLevel) {
    Object object = *Object::anonymous(1_GiB);
    for (u64 page = 0; page < 262'144; page += 32) {
        frame(object, page);
    }
    const u64 nodes = source.nodes_in_use();
    Object copy = *object.clone();
    EXPECT_EQ(source.nodes_in_use(), nodes);
    frame(copy, 5000);
    EXPECT_EQ(source.nodes_in_use(), nodes + 3);
    destroy(copy);
    EXPECT_EQ(source.nodes_in_use(), nodes);
    destroy(object);
}

TEST_F(MemoryObjectTest, SizesAreChecked) {
    EXPECT_EQ(Object::anonymous(4095_B).has_value(), false);
    EXPECT_FALSE(Object::anonymous(kMaximumSize + 4_KiB).has_value());
    EXPECT_FALSE(Object::pager_backed(1_B, FirstWrite::IsRecorded).has_value());
    EXPECT_FALSE(allocate_pages(source, 36).has_value());
    EXPECT_FALSE(allocate_pages(source, 20).has_value()) << "more than there is";
    const auto device = [](u64 address, base::Bytes size) {
        return map_device_memory<FakeResources>(base::PhysicalAddress{address}, size).has_value();
    };
    EXPECT_TRUE(device(0xfee0'0000, 4_KiB));
    EXPECT_FALSE(device(0xfee0'0001, 4_KiB));
    EXPECT_FALSE(device(0xfee0'0000, 0_B));
    EXPECT_FALSE(device(0xfee0'0000, 5_B));
    EXPECT_FALSE(device(u64{1} << 52, 4_KiB));
    EXPECT_FALSE(device((u64{1} << 52) - 4096, 8_KiB));
    EXPECT_FALSE(device(~u64{4095}, 4_KiB));
    EXPECT_FALSE(create_shared_mapping<FakeResources>(0_B).has_value());
    Object shared = *create_shared_mapping<FakeResources>(8_KiB);
    EXPECT_EQ(shared.sizing(), Sizing::Fixed);
    Object largest = *Object::anonymous(kMaximumSize);
    frame(largest, largest.pages() - 1);
    EXPECT_EQ(largest.resolve(source, largest.pages(), Want::Read), Error::OutOfRange);
    destroy(largest);
    destroy(shared);
}

TEST_F(MemoryObjectTest, EmptyAndForeignRangesAreRefused) {
    for (const Kind kind : {Kind::Anonymous, Kind::PagerBacked, Kind::Device, Kind::Contiguous}) {
        Object object = kind == Kind::Anonymous     ? *Object::anonymous(16_KiB)
                        : kind == Kind::PagerBacked ? *Object::pager_backed(16_KiB, FirstWrite::IsRecorded)
                        : kind == Kind::Device      ? *Object::device(base::PhysicalAddress{0x1000}, 16_KiB)
                                                    : *allocate_pages(source, 2);
        const auto refused_with = [](Error error) {
            return [error](const auto& result, const char* what) {
                EXPECT_TRUE(!result && result.error() == error) << what;
            };
        };
        with_each_range_method(object, 0, 0, refused_with(Error::InvalidArgument));
        with_each_range_method(object, 4, 1, refused_with(Error::OutOfRange));
        with_each_range_method(object, 2, 3, refused_with(Error::OutOfRange));
        with_each_range_method(object, kMost, 2, refused_with(Error::OutOfRange));
        with_each_range_method(object, 2, kMost, refused_with(Error::OutOfRange));
        std::array<std::byte, 2> bytes{};
        EXPECT_EQ(object.read(source, 16_KiB, bytes), Error::OutOfRange);
        EXPECT_EQ(object.write(source, base::Bytes{16383}, bytes), Error::OutOfRange);
        EXPECT_EQ(object.write(source, base::Bytes{kMost}, bytes), Error::OutOfRange);
        EXPECT_EQ(object.read(source, 0_B, {}), Error::InvalidArgument);
        EXPECT_EQ(object.resolve(source, 4, Want::Write), Error::OutOfRange);
        EXPECT_EQ(object.frame_of(4), Error::OutOfRange);
        EXPECT_EQ(object.pages(), 4U);
        EXPECT_EQ(object.pinned_pages(), 0U);
        destroy(object);
    }
}

TEST_F(MemoryObjectTest, KindsRefuseWhatIsNotTheirs) {
    Work work(kMost);
    std::array<Frame, 1> frames{};
    std::array<std::byte, 2> bytes{};
    Object block = *allocate_pages(source, 1);
    Object device = *Object::device(base::PhysicalAddress{0x1000}, 8_KiB);
    for (Object* const object : {&block, &device}) {
        EXPECT_FALSE(object->clone().has_value());
        EXPECT_EQ(object->resize(source, 4_KiB, work), Error::Unsupported);
        EXPECT_EQ(object->discard(source, 0, 1, work), Error::Unsupported);
        EXPECT_EQ(object->lend(source, 0, frames), Error::Unsupported);
        EXPECT_EQ(object->give(source, 0, frames), Error::Unsupported);
        EXPECT_EQ(object->supply(source, 0, frames, Supply::Given, Want::Read), Error::Unsupported);
        EXPECT_EQ(object->poison(source, 0), Error::NotFound);
        EXPECT_TRUE(object->resolve(source, 1, Want::Write)->is_writable);
    }
    EXPECT_EQ(device.read(source, 0_B, bytes), Error::Unsupported);
    EXPECT_EQ(device.zero(source, 0, 1, work), Error::Unsupported);
    EXPECT_EQ(device.resolve(source, 1, Want::Read)->frame, base::PhysicalAddress{0x2000});
    EXPECT_EQ(frame(block, 1), frame(block, 0) + 4_KiB);
    EXPECT_TRUE(block.write(source, 0_B, bytes).has_value());
    EXPECT_TRUE(block.zero(source, 0, 2, work).has_value());
    Object fixed = *Object::anonymous(8_KiB, Sizing::Fixed);
    EXPECT_EQ(fixed.resize(source, 4_KiB, work), Error::BadState);
    EXPECT_EQ(fixed.resize(source, 5_B, work), Error::InvalidArgument);
    EXPECT_EQ(fixed.discard(source, 0, 1, work), Error::BadState);
    EXPECT_EQ(fixed.give(source, 0, frames), Error::BadState);
    for (Object* const object : {&block, &device, &fixed}) {
        destroy(*object);
    }
}

TEST_F(MemoryObjectTest, FixedMemoryIsZeroedInPlace) {
    Object fixed = *create_shared_mapping<FakeResources>(8_KiB);
    const Frame before = frame(fixed, 1);
    source.bytes(before)[5] = std::byte{7};
    Work work(kMost);
    EXPECT_EQ(fixed.zero(source, 0, 2, work)->next, 2U);
    EXPECT_EQ(frame(fixed, 1), before);
    EXPECT_EQ(source.bytes(before)[5], std::byte{0});
    destroy(fixed);
}

TEST_F(MemoryObjectTest, PinnedPagesStay) {
    Object object = *Object::anonymous(1_MiB);
    Work work(kMost);
    EXPECT_EQ(object.pin(source, 3, 2, Want::Read, work)->next, 5U);
    const Frame pinned = frame(object, 3);
    EXPECT_EQ(object.discard(source, 0, 256, work), Error::Busy);
    EXPECT_EQ(object.resize(source, 16_KiB, work), Error::Busy);
    EXPECT_EQ(object.pages(), 256U);
    EXPECT_FALSE(object.clone().has_value());
    EXPECT_EQ(object.poison(source, 3), Error::Busy);
    std::array<Frame, 1> frames{};
    EXPECT_EQ(object.give(source, 4, frames), Error::Busy);
    EXPECT_EQ(object.zero(source, 0, 256, work)->next, 256U);
    EXPECT_EQ(frame(object, 3), pinned);
    EXPECT_TRUE(object.discard(source, 5, 251, work).has_value());
    EXPECT_EQ(object.unpin(3, 3), Error::BadState);
    EXPECT_EQ(object.pinned_pages(), 2U);
    EXPECT_TRUE(object.unpin(3, 2).has_value());
    EXPECT_TRUE(object.discard(source, 0, 256, work).has_value());
    destroy(object);
}

TEST_F(MemoryObjectTest, PinsAreCountedUpToALimit) {
    Object object = *Object::anonymous(8_KiB);
    for (u64 i = 0; i < Word::kMaximumPins; ++i) {
        Work work(kMost);
        ASSERT_TRUE(object.pin(source, 0, 1, Want::Write, work).has_value());
    }
    Work work(kMost);
    EXPECT_EQ(object.pin(source, 0, 1, Want::Write, work), Error::Overflow);
    for (u64 i = 0; i < Word::kMaximumPins; ++i) {
        ASSERT_TRUE(object.unpin(0, 1).has_value());
    }
    EXPECT_EQ(object.pinned_pages(), 0U);
    destroy(object);
}

TEST_F(MemoryObjectTest, WorkIsSliced) {
    Object object = *Object::anonymous(16_MiB);
    constexpr u64 kAtOnce = (Work::kLeast + Work::kPageWork - 1) / Work::kPageWork;
    u64 slices = 0;
    for (u64 next = 0; next < 4096; ++slices) {
        Work work(0);
        const u64 before = next;
        next = object.commit(source, next, 4096 - next, work)->next;
        EXPECT_LE(next - before, kAtOnce);
    }
    EXPECT_EQ(slices, (4096 + kAtOnce - 1) / kAtOnce);
    const u64 frames = source.frames_in_use();
    Work work(100 * Work::kErasedWork);
    const u64 next = object.discard(source, 0, 4096, work)->next;
    EXPECT_LE(frames - source.frames_in_use(), 100U);
    EXPECT_GT(next, 64U);
    slices = 0;
    for (bool done = false; !done; ++slices) {
        Work slice(500);
        done = object.destroy(source, slice);
    }
    EXPECT_GE(slices, 8U);
}

TEST_F(MemoryObjectTest, ABlockIsGivenBackInSlices) {
    Object object = *Object::contiguous(source, 7, Contents::Anything);
    u64 frames = source.frames_in_use();
    for (bool done = false; !done;) {
        Work slice(256);
        done = object.destroy(source, slice);
        EXPECT_LE(frames - source.frames_in_use(), 256 / Work::kErasedWork + 1);
        EXPECT_TRUE(done || source.frames_in_use() < frames);
        frames = source.frames_in_use();
    }
    EXPECT_EQ(frames, 0U);
}

TEST_F(MemoryObjectTest, WhatIsCutOffDoesNotComeBack) {
    Object object = *Object::anonymous(16_MiB);
    for (u64 page = 0; page < 4096; ++page) {
        source.bytes(frame(object, page))[0] = std::byte{1};
    }
    Work work(100);
    EXPECT_FALSE(*object.resize(source, 4_KiB, work));
    EXPECT_EQ(object.pages(), 1U);
    EXPECT_EQ(object.resolve(source, 1, Want::Read), Error::OutOfRange);
    for (;;) { // grows when the cutting is done
        Work more(100);
        if (*object.resize(source, 16_MiB, more)) {
            break;
        }
        EXPECT_EQ(object.pages(), 1U);
    }
    EXPECT_EQ(frame(object, 4095, Want::Read), source.zero_frame());
    EXPECT_EQ(frame(object, 1, Want::Read), source.zero_frame());
    destroy(object);
}

TEST_F(MemoryObjectTest, AnErrorChangesNothing) {
    Object object = *Object::anonymous(1_GiB);
    for (u64 page = 0; page < 200; ++page) {
        frame(object, page * 64);
    }
    Object copy = *object.clone();
    const Frame block = *source.allocate_block(kBlockOrder, Contents::Zero);
    std::array<Frame, 2> given{};
    const auto change = [&](int kind) -> base::Result<void> {
        Work work(kMost);
        switch (kind) {
        case 0: return without_value(object.resolve(source, 64, Want::Write));
        case 1: return without_value(object.resolve(source, 200'000, Want::Write));
        case 2: return object.commit_block(source, 65'536, block);
        case 3: return without_value(object.discard(source, 100, 5000, work));
        case 4: return object.give(source, 64, given);
        case 5: return without_value(object.resize(source, kMaximumSize, work));
        default: return without_value(object.resize(source, 60 * 4_KiB, work));
        }
    };
    for (int kind = 0; kind < 7; ++kind) {
        SCOPED_TRACE(kind);
        u64 failures = 0;
        for (;; ++failures) {
            source.fail_at(failures);
            const auto result = change(kind);
            const bool failed = source.has_failed();
            source.never_fail();
            if (!failed) {
                EXPECT_TRUE(result.has_value());
                break;
            }
            ASSERT_EQ(result, Error::NoMemory);
            EXPECT_EQ(object.pages(), kind < 6 ? 262'144 : kMaximumSize.value() / 4096);
            EXPECT_EQ(object.frame_of(64).has_value(), kind < 5);
            EXPECT_EQ(object.frame_of(128).has_value(), kind < 4);
            EXPECT_FALSE(object.frame_of(65'536).has_value() && kind < 3);
        }
        EXPECT_GT(failures, 0U);
    }
    for (const Frame frame : given) {
        source.release_frame(frame);
    }
    destroy(copy);
    destroy(object);
}

TEST_F(MemoryObjectTest, WritesAreHeldWhereTheyWouldCopy) {
    Object object = *Object::anonymous(1_MiB);
    frame(object, 1);
    Object copy = *object.clone();
    object.hold_writes();
    EXPECT_EQ(object.resolve(source, 1, Want::Write)->outcome, Outcome::Held);
    EXPECT_EQ(object.resolve(source, 1, Want::Read)->outcome, Outcome::Ready);
    EXPECT_EQ(object.resolve(source, 2, Want::Write)->outcome, Outcome::Ready) << "nobody has this one";
    object.let_writes();
    EXPECT_EQ(object.resolve(source, 1, Want::Write)->outcome, Outcome::Ready);
    destroy(object);
    destroy(copy);
}

TEST_F(MemoryObjectTest, PoisonedPagesAreErrors) {
    Object object = *Object::anonymous(1_MiB);
    const Frame damaged = frame(object, 1);
    EXPECT_EQ(object.poison(source, 0), Error::NotFound);
    EXPECT_EQ(object.poison(source, 256), Error::OutOfRange);
    EXPECT_EQ(*object.poison(source, 1), damaged);
    EXPECT_EQ(object.resolve(source, 1, Want::Read), Error::DeviceError);
    EXPECT_EQ(object.resolve(source, 1, Want::Write), Error::DeviceError);
    Work work(kMost);
    EXPECT_TRUE(object.discard(source, 1, 1, work).has_value());
    EXPECT_NE(frame(object, 1), damaged);
    source.release_frame(damaged);
    destroy(object);
}

TEST_F(MemoryObjectTest, BlocksAreCommittedInSlices) {
    Object object = *Object::anonymous(8_MiB);
    BlockCommit<FakeResources> commit(512);
    u64 steps = 0;
    while (!*commit.step(source, object)) {
        ++steps;
    }
    EXPECT_EQ(steps, 1 + kBlockPages / BlockCommit<FakeResources>::kPagesPerStep);
    const Frame block = *object.block_at(source, 512);
    EXPECT_EQ(frame(object, 1023), block + 511 * 4_KiB);
    EXPECT_EQ(source.bytes(block)[9], std::byte{0});
    EXPECT_EQ(object.block_at(source, 513), Error::InvalidArgument);
    EXPECT_EQ(object.block_at(source, 0), Error::NotFound);
    EXPECT_EQ(object.block_at(source, 2048), Error::OutOfRange);
    Object copy = *object.clone();
    EXPECT_EQ(object.block_at(source, 512), Error::NotFound) << "shared";
    destroy(copy);
    EXPECT_TRUE(object.block_at(source, 512).has_value());
    BlockCommit<FakeResources> again(512);
    while (again.step(source, object).has_value()) {
    }
    again.release(source);
    EXPECT_EQ(object.commit_block(source, 7, block), Error::InvalidArgument);
    Work work(kMost);
    EXPECT_TRUE(object.discard(source, 600, 1, work).has_value());
    EXPECT_EQ(object.block_at(source, 512), Error::NotFound);
    destroy(object);
}

TEST_F(MemoryObjectTest, PagersSupplyCleanAndWithdraw) {
    Object lender = *Object::anonymous(1_MiB);
    Object object = *Object::pager_backed(1_MiB, FirstWrite::AsksThePager);
    EXPECT_EQ(object.resolve(source, 3, Want::Read)->outcome, Outcome::AskThePager);
    supply(lender, object, 3, Want::Read);
    EXPECT_EQ(*object.resolve(source, 3, Want::Read), (Resolution{Outcome::Ready, frame(lender, 3), false}));
    EXPECT_EQ(object.resolve(source, 3, Want::Write)->outcome, Outcome::AskThePager) << "a fault of its own";
    EXPECT_TRUE(object.grant_writing(3, 1).has_value());
    EXPECT_FALSE(object.resolve(source, 3, Want::Read)->is_writable) << "or nobody would notice the write";
    EXPECT_EQ(*object.resolve(source, 3, Want::Write), (Resolution{Outcome::Ready, frame(lender, 3), true}));
    Work work(kMost);
    u64 dirty = 0;
    EXPECT_TRUE(object.clean(0, 256, work, [&](u64 page, Word) { dirty = page; }).has_value());
    EXPECT_EQ(dirty, 3U);
    EXPECT_EQ(object.resolve(source, 3, Want::Write)->outcome, Outcome::AskThePager);
    EXPECT_EQ(object.resize(source, 8_KiB, work), Error::Busy);
    EXPECT_TRUE(object.pin(source, 3, 1, Want::Read, work).has_value());
    EXPECT_EQ(object.withdraw(source, 0, 256, work, [](u64, Word) {}), Error::Busy);
    EXPECT_TRUE(object.unpin(3, 1).has_value());
    EXPECT_TRUE(
        object.withdraw(source, 0, 256, work, [](u64, Word word) { EXPECT_FALSE(word.is_dirty()); }).has_value());
    EXPECT_EQ(object.resolve(source, 3, Want::Read)->outcome, Outcome::AskThePager);
    EXPECT_TRUE(lender.unpin(3, 1).has_value());
    EXPECT_EQ(object.discard(source, 0, 1, work), Error::Unsupported);
    destroy(object);
    destroy(lender);
}

TEST_F(MemoryObjectTest, SupplyIsAllOrNothing) {
    Object object = *Object::pager_backed(1_MiB, FirstWrite::IsRecorded);
    std::vector<Frame> frames;
    for (int i = 0; i < 65; ++i) {
        frames.push_back(*source.allocate_frame(Contents::Zero));
    }
    EXPECT_EQ(object.supply(source, 0, frames, Supply::Given, Want::Read), Error::InvalidArgument);
    ASSERT_TRUE(object.supply(source, 70, std::span{frames}.subspan(64), Supply::Given, Want::Read).has_value());
    const std::span most = std::span{frames}.first(64);
    EXPECT_EQ(object.supply(source, 60, most, Supply::Given, Want::Read), Error::Exists);
    EXPECT_EQ(object.frame_of(60), Error::NotFound);
    for (u64 number = 0; number < 2; ++number) {
        source.fail_at(number);
        EXPECT_EQ(object.supply(source, 150, most, Supply::Given, Want::Read), Error::NoMemory);
        EXPECT_EQ(object.frame_of(150), Error::NotFound);
    }
    EXPECT_TRUE(object.supply(source, 150, most, Supply::Given, Want::Read).has_value());
    EXPECT_TRUE(object.is_droppable(150));
    EXPECT_TRUE(object.resolve(source, 151, Want::Write)->is_writable);
    EXPECT_TRUE(object.drop_clean(source, 150));
    EXPECT_FALSE(object.drop_clean(source, 151)) << "dirty";
    EXPECT_FALSE(object.drop_clean(source, 150)) << "gone";
    EXPECT_EQ(object.grant_writing(149, 2), Error::NotFound);
    destroy(object);
}

TEST_F(MemoryObjectTest, ViewsSeeWhatTheyDidNotWrite) {
    Object lender = *Object::anonymous(1_MiB);
    Object object = *Object::pager_backed(1_MiB, FirstWrite::IsRecorded);
    Object view = *object.clone();
    EXPECT_EQ(view.kind(), Kind::View);
    EXPECT_EQ(view.pager(), &object);
    EXPECT_EQ(view.resolve(source, 5, Want::Write)->outcome, Outcome::AskThePager);
    supply(lender, object, 5, Want::Write);
    EXPECT_EQ(*view.resolve(source, 5, Want::Read), (Resolution{Outcome::Ready, frame(object, 5), false}));
    source.bytes(frame(object, 5))[0] = std::byte{1};
    const Frame own = frame(view, 5);
    EXPECT_NE(own, frame(object, 5));
    EXPECT_EQ(source.bytes(own)[0], std::byte{1});
    Object second = *view.clone();
    EXPECT_EQ(frame(second, 5, Want::Read), own);
    Work work(kMost);
    EXPECT_TRUE(view.zero(source, 5, 2, work).has_value());
    EXPECT_EQ(frame(view, 6, Want::Read), source.zero_frame());
    EXPECT_TRUE(view.discard(source, 5, 2, work).has_value());
    EXPECT_EQ(frame(view, 5, Want::Read), frame(object, 5, Want::Read));
    EXPECT_TRUE(view.resize(source, 8_KiB, work).has_value());
    EXPECT_TRUE(view.resize(source, 1_MiB, work).has_value());
    EXPECT_EQ(frame(view, 5, Want::Read), source.zero_frame()) << "cut off and grown again";
    EXPECT_TRUE(object.withdraw(source, 0, 256, work, [](u64, Word) {}).has_value());
    EXPECT_TRUE(object.resize(source, 16_KiB, work).has_value());
    EXPECT_EQ(second.resolve(source, 4, Want::Read), Error::OutOfRange) << "the file ends before";
    EXPECT_TRUE(lender.unpin(5, 1).has_value());
    for (Object* const each : {&second, &view, &object, &lender}) {
        destroy(*each);
    }
}

} // namespace memory_object
