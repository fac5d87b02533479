#include <array>
#include <atomic>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "testing/test.hpp"

namespace kernel::processor {

using base::Bytes;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using base::VirtualAddress;
using page_table::Access;
using page_table::Owner;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr PhysicalAddress kNone{0};
constexpr VirtualAddress kWatched{0x7000'0000'0000};
constexpr u32 kMostOthers = 3;

/// The tables of an address space for tests: they go back as soon as they are empty.
class SpaceTables {
  public:
    static base::Result<PhysicalAddress> allocate_table() { return core::kernel().frames.allocate_zeroed(); }

    static page_table::Table table(PhysicalAddress table) { return memory::KernelTables::table(table); }

    static void release_table(PhysicalAddress table) { core::kernel().frames.free(table); }
};

/// An address space with one page, which only the kernel may read: its code cannot read the user's.
class TestSpace {
  public:
    TestSpace() {
        for (const u64 value : {0ULL, 1ULL}) {
            frames_[value] = allocate_or_none();
            if (space.top() == kNone || frames_[value] == kNone) {
                return;
            }
            Arch::physical_bytes(frames_[value], kPage)[0] = static_cast<std::byte>(value + 1);
        }
        Arch::fill_kernel_half(space.top());
        mapped_ = mapper_.map(kWatched, frames_[0], kPage, {Access::Read, Owner::Kernel}).has_value();
    }

    TestSpace(const TestSpace&) = delete;
    TestSpace& operator=(const TestSpace&) = delete;

    ~TestSpace() {
        if (mapped_) {
            static_cast<void>(mapper_.unmap(kWatched, kPage));
        }
        for (const PhysicalAddress frame : {frames_[0], frames_[1], space.top()}) {
            if (frame != kNone) {
                core::kernel().frames.free(frame);
            }
        }
    }

    /// Whether there was memory for all of it.
    [[nodiscard]] bool is_complete() const { return mapped_; }

    /// The page shows the other frame from now on, once `changes` are flushed.
    bool show(u64 value, page_table::Gather& changes) {
        return mapped_ &&
               mapper_.replace(kWatched, frames_.at(value), {Access::Read, Owner::Kernel}, changes).has_value();
    }

    shootdown::Space space{next_id(), allocate_or_none()};

  private:
    static PhysicalAddress allocate_or_none() { return SpaceTables::allocate_table().value_or(kNone); }

    static u64 next_id() {
        static constinit u64 last = 0;
        return ++last;
    }

    SpaceTables tables_;
    page_table::Mapper<SpaceTables> mapper_{tables_, space.top(), 0};
    std::array<PhysicalAddress, 2> frames_{};
    bool mapped_ = false;
};

/// The lower half has no shadow.
[[clang::no_sanitize("kernel-address")]] u64 read_watched() {
    return static_cast<u64>(Arch::virtual_bytes(kWatched, kPage)[0]);
}

void wake_first() { Arch::interrupt_processor(core::kernel().processors.at(0).hardware_id(), Arch::kMailboxVector); }

template <class Condition>
void wait_for(Condition condition) {
    this_processor().idle_until([](void* context) { return (*static_cast<Condition*>(context))(); }, &condition);
}

/// Keeps a processor busy in an address space, with interrupts let in, until it is told to stop.
struct Watcher : mailbox::Message {
    Watcher() : Message(&Watcher::watch) {}

    static void watch(mailbox::Message& message) {
        auto& self = static_cast<Watcher&>(message);
        Translations& own = this_processor().translations;
        own.enter(self.space->space);
        while (!self.stop.load()) {
            self.seen.store(read_watched());
            if (self.rounds.fetch_add(1) < 2 || self.is_asked.exchange(false)) {
                wake_first();
            }
            Arch::let_interrupts_in();
        }
        own.leave();
        self.is_over.store(true);
        wake_first();
    }

    /// It reads at least once more; what it reads then.
    u64 next_seen() {
        const u64 before = rounds.load();
        wait_for([this, before] {
            is_asked.store(true);
            return rounds.load() > before + 1;
        });
        return seen.load();
    }

    TestSpace* space = nullptr;
    std::atomic<u64> seen{0};
    std::atomic<u64> rounds{0};
    std::atomic<bool> is_asked{false};
    std::atomic<bool> stop{false};
    std::atomic<bool> is_over{false};
};

/// Watchers on processors 1 to `count`.
class Watchers {
  public:
    Watchers(TestSpace& space, u32 count) : count_(count) {
        for (u32 i = 0; i < count_; ++i) {
            at(i).space = &space;
            core::kernel().processors.at(i + 1).post(at(i));
            wait_for([this, i] { return at(i).rounds.load() >= 2; });
        }
    }

    Watchers(const Watchers&) = delete;
    Watchers& operator=(const Watchers&) = delete;

    ~Watchers() {
        for (u32 i = 0; i < count_; ++i) {
            at(i).stop.store(true);
            wait_for([this, i] { return at(i).is_over.load(); });
        }
    }

    Watcher& at(u32 index) { return all_.at(index); }

  private:
    u32 count_;
    std::array<Watcher, kMostOthers> all_;
};

/// A ticket that says when it was complete.
struct Operation {
    explicit Operation(shootdown::Space* space) : ticket(space, &Operation::complete, this) {}

    static void complete(void* context) {
        auto& self = *static_cast<Operation*>(context);
        self.end = Arch::read_cycle_counter();
        ++self.completions;
    }

    /// From start to completion, in ticks; this processor sleeps meanwhile.
    u64 run() {
        const u64 before = completions;
        const u64 start = Arch::read_cycle_counter();
        this_processor().translations.start(ticket);
        wait_for([this, before] { return completions != before; });
        return end - start;
    }

    shootdown::Ticket ticket;
    u64 end = 0;
    u64 completions = 0;
};

u32 other_processors() {
    const u32 others = core::kernel().processors.online().count() - 1;
    return others < kMostOthers ? others : kMostOthers;
}

} // namespace

TEST(Shootdown, NobodyReadsAnOldTranslationAfterTheTicket) {
    TestSpace space;
    ASSERT_TRUE(space.is_complete());
    const u32 others = other_processors();
    Watchers watchers(space, others);
    for (const u64 value : {1ULL, 0ULL, 1ULL}) {
        Operation operation(&space.space);
        ASSERT_TRUE(space.show(value, operation.ticket.changes));
        operation.run();
        EXPECT_EQ(operation.completions, 1U);
        for (u32 i = 0; i < others; ++i) {
            EXPECT_EQ(watchers.at(i).next_seen(), value + 1);
        }
    }
}

TEST(Shootdown, TheIdleAreNotInterrupted) {
    const u32 others = other_processors();
    if (others < 2) {
        return;
    }
    TestSpace space;
    ASSERT_TRUE(space.is_complete());
    Watchers watchers(space, others - 1);
    Processor& idle = core::kernel().processors.at(others);
    while (!idle.translations.excuse()) { // it may only just be on its way to sleep
        Arch::let_interrupts_in();
    }
    const u64 calls = idle.calls();
    const u64 before = idle.translations.answered();
    for (shootdown::Space* const which : {&space.space, static_cast<shootdown::Space*>(nullptr)}) {
        Operation operation(which);
        ASSERT_TRUE(space.show(1, operation.ticket.changes));
        const u64 answered = core::kernel().processors.at(1).translations.answered();
        operation.run();
        EXPECT_EQ(core::kernel().processors.at(1).translations.answered(), answered + 1);
    }
    EXPECT_EQ(idle.calls(), calls);
    EXPECT_EQ(idle.translations.answered(), before);
}

namespace {

/// How far all initiators are.
struct Stage {
    /// Waits, answering the others, until all have come so far.
    void meet(std::atomic<u32>& count) const {
        count.fetch_add(1);
        while (count.load() < participants) {
            Arch::let_interrupts_in();
        }
    }

    TestSpace& space;
    u32 participants;
    std::atomic<u32> ready{0};
    std::atomic<u32> over{0};
    std::atomic<u32> gone{0};
};

/// Takes translations back again and again, of a space that all have in force and of the kernel, as all others do.
struct Initiator : mailbox::Message {
    static constexpr u64 kRounds = 40;

    Initiator() : Message(&Initiator::run) {}

    static void run(mailbox::Message& message) {
        auto& self = static_cast<Initiator&>(message);
        Translations& own = this_processor().translations;
        Operation user(&self.stage->space.space);
        Operation kernel(nullptr);
        user.ticket.changes.add(kWatched, 1, 0);
        kernel.ticket.changes.add_everything();
        own.enter(self.stage->space.space);
        // Nobody rings before all are here: a bell behind this very message would wait for its end.
        self.stage->meet(self.stage->ready);
        for (u64 round = 0; round < kRounds; ++round) {
            own.start(user.ticket);
            own.start(kernel.ticket);
            while (user.ticket.is_pending() || kernel.ticket.is_pending()) {
                Arch::let_interrupts_in();
            }
        }
        self.completions = user.completions + kernel.completions;
        self.stage->meet(self.stage->over);
        own.leave();
        self.stage->gone.fetch_add(1);
    }

    Stage* stage = nullptr;
    u64 completions = 0;
};

} // namespace

TEST(Shootdown, SeveralInitiatorsDoNotWaitForEachOther) {
    TestSpace space;
    ASSERT_TRUE(space.is_complete());
    const u32 others = other_processors();
    Stage stage{space, others + 1};
    std::array<Initiator, kMostOthers + 1> initiators;
    for (u32 cpu = others + 1; cpu-- > 0;) {
        initiators.at(cpu).stage = &stage;
        if (cpu != 0) {
            core::kernel().processors.at(cpu).post(initiators.at(cpu));
        }
    }
    Initiator::run(initiators.at(0));
    while (stage.gone.load() < stage.participants) {
        Arch::let_interrupts_in();
    }
    for (u32 cpu = 0; cpu <= others; ++cpu) {
        EXPECT_EQ(initiators.at(cpu).completions, 2 * Initiator::kRounds);
    }
}

TEST(Shootdown, IsMeasured) {
    if (other_processors() < kMostOthers) {
        return;
    }
    TestSpace space;
    ASSERT_TRUE(space.is_complete());
    Watchers watchers(space, kMostOthers);
    u64 best = ~0ULL;
    for (int i = 0; i < 50; ++i) {
        Operation operation(&space.space);
        operation.ticket.changes.add(kWatched, 1, 0);
        const u64 ticks = operation.run();
        best = ticks < best ? ticks : best;
    }
    testing::print_figure("machine.shootdown", best);
}

namespace {

/// There and back.
struct Ball : mailbox::Message {
    Ball() : Message(&Ball::fly) {}

    static void fly(mailbox::Message& message) {
        auto& self = static_cast<Ball&>(message);
        if (Arch::cpu_index() != 0) {
            core::kernel().processors.at(0).post(self);
        } else {
            self.back = Arch::read_cycle_counter();
        }
    }

    u64 back = 0;
};

} // namespace

TEST(RoundTrip, IsMeasured) {
    if (other_processors() == 0) {
        return;
    }
    u64 best = ~0ULL;
    for (int i = 0; i < 50; ++i) {
        Ball ball;
        const u64 start = Arch::read_cycle_counter();
        core::kernel().processors.at(1).post(ball);
        wait_for([&ball] { return ball.back != 0; });
        best = ball.back - start < best ? ball.back - start : best;
    }
    testing::print_figure("machine.ipi_rtt", best);
}

} // namespace kernel::processor
