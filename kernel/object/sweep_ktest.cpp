// What takes long is done in slices, between which interrupts come; the answer is the same.
#include "kernel/object/sweep.hpp"

#include <array>

#include "kernel/object/test_memory.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/test_threads.hpp"
#include "testing/test.hpp"

namespace kernel::object {

using address_space::Access;
using address_space::Fault;
using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr Bytes kPage{base::kPageSize};

/// Notes how far an operation was when the first interrupt came since: one that this processor sends itself.
struct Alarm : mailbox::Message {
    explicit Alarm(const base::u32& progress) : Message(&Alarm::ring), done(progress) {
        processor::this_processor().post(*this);
    }

    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm() = default;

    static void ring(mailbox::Message& message) {
        auto& self = static_cast<Alarm&>(message);
        self.seen = self.done;
        self.rang = true;
    }

    const base::u32& done;
    base::u32 seen = 0;
    bool rang = false;
};

bool run_until_done(TestSweep& sweep) {
    return testing::run_until([](void* context) { return static_cast<TestSweep*>(context)->done != 0; }, &sweep);
}

bool run_until_resumed(TestWait& wait, base::u32 times) {
    struct {
        TestWait& wait;
        base::u32 times;
    } wanted{wait, times};

    return testing::run_until(
        [](void* context) {
            const auto& want = *static_cast<decltype(wanted)*>(context);
            return want.wait.resumed == want.times;
        },
        &wanted);
}

/// A space that shows all of a large object, every page of it written.
struct Large : TestMemory {
    static constexpr u64 kPages = 2048;

    Large() : start(map(memory, Access::ReadWrite)) {
        TestWait wait;
        while (start != VirtualAddress{0} && written < kPages &&
               space->fault(start + kPage * written, Fault::Write, wait) == FaultResult::Ready) {
            ++written;
        }
    }

    [[nodiscard]] bool is_complete() const { return written == kPages; }

    /// Cuts all off; what has to be called again is.
    bool cut_off(TestSweep& sweep) const {
        bool is_off = false;
        while (!is_off) {
            sweep.done = 0;
            const auto done = memory->resize(Bytes{0}, sweep);
            if (!done || !run_until_done(sweep)) {
                return false;
            }
            is_off = *done;
        }
        return true;
    }

    base::RefPtr<Memory> memory = make(kPage * kPages);
    VirtualAddress start;
    u64 written = 0;
};

/// A space that shows one page in very many places, where it was written.
struct Manifold : TestMemory {
    static constexpr u64 kPlaces = 100;

    Manifold() {
        TestWait wait;
        for (VirtualAddress& place : places) {
            place = map(memory, Access::ReadWrite);
            if (place == VirtualAddress{0} || space->fault(place, Fault::Write, wait) != FaultResult::Ready) {
                return;
            }
            ++shown;
        }
    }

    [[nodiscard]] bool is_complete() const { return shown == kPlaces; }

    /// In how many places it is mapped.
    [[nodiscard]] u64 mapped() const {
        u64 count = 0;
        for (const VirtualAddress place : places) {
            count += frame_at(place) != PhysicalAddress{0} ? 1 : 0;
        }
        return count;
    }

    base::RefPtr<Memory> memory = make(kPage);
    std::array<VirtualAddress, kPlaces> places{};
    u64 shown = 0;
};

} // namespace

TEST(Sweeps, OfALargeRangeLetsInterruptsIn) {
    Large world;
    ASSERT_TRUE(world.is_complete());
    TestSweep sweep;
    ASSERT_TRUE(world.memory->resize(Bytes{0}, sweep).has_value());
    EXPECT_EQ(sweep.done, 0U);
    const Alarm alarm(sweep.done);
    ASSERT_TRUE(run_until_done(sweep));
    EXPECT_TRUE(alarm.rang);
    EXPECT_EQ(alarm.seen, 0U);
    EXPECT_EQ(sweep.done, 1U);
    for (u64 page = 0; page < Large::kPages; ++page) {
        EXPECT_TRUE(world.frame_at(world.start + kPage * page) == PhysicalAddress{0});
    }
}

TEST(Sweeps, AnOperationOnWhatIsBeingSweptIsAnsweredRightly) {
    Large world;
    ASSERT_TRUE(world.is_complete());
    TestSweep first;
    ASSERT_TRUE(world.memory->discard(0, Large::kPages, first).has_value());
    TestSweep cut;
    TestWait wait;
    ASSERT_TRUE(world.memory->resize(kPage, cut).has_value());
    // The second one begins and ends on its own; what is cut off is out of reach at once.
    EXPECT_EQ(world.space->fault(world.start + kPage, Fault::Write, wait).error(), Error::OutOfRange);
    ASSERT_TRUE(world.space->fault(world.start, Fault::Write, wait).has_value());
    EXPECT_TRUE(run_until_done(first) && run_until_done(cut));
    EXPECT_TRUE(world.frame_at(world.start + kPage) == PhysicalAddress{0});
    TestSweep rest;
    EXPECT_TRUE(world.cut_off(rest));
    EXPECT_EQ(world.memory->pages(), 0U);
}

TEST(Sweeps, OfManyRegionsIsCutToo) {
    Manifold world;
    ASSERT_TRUE(world.is_complete());
    EXPECT_EQ(world.mapped(), Manifold::kPlaces);
    TestSweep sweep;
    ASSERT_TRUE(world.memory->discard(0, 1, sweep).has_value());
    EXPECT_EQ(sweep.done, 0U);
    EXPECT_LT(world.mapped(), Manifold::kPlaces);
    EXPECT_LT(0U, world.mapped());
    const Alarm alarm(sweep.done);
    ASSERT_TRUE(run_until_done(sweep));
    EXPECT_TRUE(alarm.rang);
    EXPECT_EQ(alarm.seen, 0U);
    EXPECT_EQ(world.mapped(), 0U);
}

TEST(Sweeps, WritesWaitUntilACloneIsWhole) {
    Manifold world;
    ASSERT_TRUE(world.is_complete());
    TestSweep sweep;
    auto copy = world.memory->clone(world.budget, sweep);
    ASSERT_TRUE(copy.has_value());
    EXPECT_EQ(sweep.done, 0U);
    TestWait wait;
    EXPECT_TRUE(world.space->fault(world.places.back(), Fault::Write, wait) == FaultResult::Waiting);
    ASSERT_TRUE(run_until_done(sweep));
    ASSERT_TRUE(run_until_resumed(wait, 1));
    const PhysicalAddress before = world.frame_at(world.places.back());
    EXPECT_EQ(wait.error, Error{});
    // The other places show the old page, and lose it first.
    ASSERT_TRUE(world.space->fault(world.places.back(), Fault::Write, wait) == FaultResult::Waiting);
    ASSERT_TRUE(run_until_resumed(wait, 2));
    ASSERT_TRUE(world.space->fault(world.places.back(), Fault::Write, wait) == FaultResult::Ready);
    EXPECT_EQ(world.mapped(), 1U);
    EXPECT_FALSE(world.frame_at(world.places.back()) == before);
}

TEST(Sweeps, ASpaceThatDiesMeanwhileIsNoHindrance) {
    Manifold world;
    ASSERT_TRUE(world.is_complete());
    TestSweep sweep;
    ASSERT_TRUE(world.memory->discard(0, 1, sweep).has_value());
    EXPECT_EQ(sweep.done, 0U);
    world.space = nullptr;
    EXPECT_TRUE(run_until_done(sweep));
}

} // namespace kernel::object
