#include "libs/shootdown/participant.hpp"

#include "libs/shootdown/fake_machine.hpp"
#include "testing/test.hpp"

namespace shootdown {

using base::u32;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr VirtualAddress kPage{0x1000};

struct Operation {
    explicit Operation(Space* space) : ticket(space, &Operation::complete, this) { ticket.changes.add(kPage, 1, 0); }

    static void complete(void* context) { ++static_cast<Operation*>(context)->completions; }

    Ticket ticket;
    int completions = 0;
};

} // namespace

class ParticipantTest : public testing::Test {
  protected:
    FakeMachine cpus{4, true};
    Space space{1, base::PhysicalAddress{0x1000}};
    Space other{2, base::PhysicalAddress{0x2000}};
};

TEST_F(ParticipantTest, WhoIsAloneIsDoneAtOnce) {
    cpus[0].participant.enter(space);
    cpus[0].translate(kPage, 7);
    Operation operation(&space);
    EXPECT_TRUE(cpus[0].participant.start(operation.ticket));
    EXPECT_EQ(operation.completions, 1);
    EXPECT_EQ(cpus[0].rings(), 0U);
    EXPECT_EQ(cpus[0].translate(kPage, 0), 0U);
    EXPECT_TRUE(cpus[0].participant.start(operation.ticket)) << "a complete ticket may be used again";
}

TEST_F(ParticipantTest, WhoIsAloneNeedsNoTicket) {
    cpus[1].participant.enter(space);
    cpus[1].translate(kPage, 7);
    cpus[1].participant.enter(other);
    cpus[0].participant.enter(space);
    cpus[0].translate(kPage, 7);
    page_table::Gather changes;
    changes.add(kPage, 1, 0);
    EXPECT_TRUE(cpus[0].participant.flush_alone(space, changes));
    EXPECT_EQ(cpus[0].page_flushes, 1U);
    EXPECT_EQ(cpus[0].translate(kPage, 0), 0U);
    cpus[1].participant.enter(space);
    EXPECT_EQ(cpus[1].translate(kPage, 0), 0U) << "who comes back sees the generation";
    const u64 generation = space.generation();
    EXPECT_FALSE(cpus[0].participant.flush_alone(space, changes)) << "now another has it";
    EXPECT_EQ(space.generation(), generation) << "and the ticket is still the next one";
}

TEST_F(ParticipantTest, CompletesWhenTheLastHasAnswered) {
    for (u32 cpu = 0; cpu < 3; ++cpu) {
        cpus[cpu].participant.enter(space);
        cpus[cpu].translate(kPage, 7);
    }
    cpus[3].participant.enter(other);
    Operation operation(&space);
    EXPECT_FALSE(cpus[0].participant.start(operation.ticket));
    EXPECT_EQ(cpus[0].rings(), 2U) << "who has another space is not asked";
    EXPECT_FALSE(cpus[3].has_interrupt());
    EXPECT_EQ(cpus[1].translate(kPage, 0), 7U) << "nobody waits for the others";
    cpus[1].take_interrupts();
    cpus[0].take_interrupts();
    EXPECT_EQ(operation.completions, 0);
    EXPECT_TRUE(operation.ticket.is_pending());
    cpus[2].take_interrupts();
    EXPECT_EQ(operation.completions, 0) << "it completes on its own processor";
    cpus[0].take_interrupts();
    EXPECT_EQ(operation.completions, 1);
    for (u32 cpu = 0; cpu < 3; ++cpu) {
        EXPECT_EQ(cpus[cpu].translate(kPage, 0), 0U);
        EXPECT_EQ(cpus[cpu].page_flushes, 1U);
    }
}

TEST_F(ParticipantTest, WhoLeftFlushesWhenItComesBack) {
    cpus[1].participant.enter(space);
    cpus[1].translate(kPage, 7);
    cpus[1].participant.enter(other);
    Operation operation(&space);
    EXPECT_TRUE(cpus[0].participant.start(operation.ticket));
    cpus[1].participant.enter(space);
    EXPECT_EQ(cpus[1].translate(kPage, 0), 0U);
    cpus[1].translate(kPage, 8);
    cpus[1].participant.enter(other);
    cpus[1].participant.enter(space);
    EXPECT_EQ(cpus[1].translate(kPage, 0), 8U) << "nothing changed: the tag keeps its translations";
}

TEST_F(ParticipantTest, WhoLeavesBeforeItAnswersNeedsNoFlush) {
    cpus[1].participant.enter(space);
    Operation operation(&space);
    EXPECT_FALSE(cpus[0].participant.start(operation.ticket));
    cpus[1].participant.enter(other);
    cpus[1].take_interrupts();
    EXPECT_EQ(cpus[1].page_flushes, 0U);
    cpus[0].take_interrupts();
    EXPECT_EQ(operation.completions, 1);
}

TEST_F(ParticipantTest, OneFlushServesSeveralChanges) {
    cpus[2].participant.enter(space);
    Operation first(&space);
    Operation second(&space);
    EXPECT_FALSE(cpus[0].participant.start(first.ticket));
    EXPECT_FALSE(cpus[1].participant.start(second.ticket));
    const u32 before = cpus[2].space_flushes;
    EXPECT_EQ(cpus[2].take_interrupts(), 1U) << "two rings, one interrupt";
    EXPECT_EQ(cpus[2].page_flushes + cpus[2].space_flushes - before, 2U);
    cpus[0].take_interrupts();
    cpus[1].take_interrupts();
    EXPECT_EQ(first.completions + second.completions, 2);
}

TEST_F(ParticipantTest, ALateOneFlushesEverythingItMissed) {
    cpus[2].participant.enter(space);
    cpus[2].translate(kPage, 7);
    cpus[2].translate(VirtualAddress{0x9000}, 9);
    space.advance(); // a change of which the ticket has not arrived yet
    Operation operation(&space);
    EXPECT_FALSE(cpus[0].participant.start(operation.ticket));
    cpus[2].take_interrupts();
    EXPECT_EQ(cpus[2].page_flushes, 0U);
    EXPECT_EQ(cpus[2].translate(VirtualAddress{0x9000}, 0), 0U);
    cpus[0].take_interrupts();
}

TEST_F(ParticipantTest, TheIdleAreNotAskedAndFlushWhenTheyWake) {
    for (u32 cpu = 0; cpu < 4; ++cpu) {
        cpus[cpu].participant.enter(space);
    }
    cpus[1].participant.begin_idle();
    cpus[2].participant.begin_idle();
    Operation user(&space);
    EXPECT_FALSE(cpus[0].participant.start(user.ticket));
    EXPECT_EQ(cpus[0].rings(), 1U);
    cpus[3].take_interrupts();
    cpus[0].take_interrupts();
    cpus[1].participant.end_idle();
    EXPECT_EQ(cpus[1].complete_flushes, 0U) << "it had no user's translations in force";

    Operation kernel(nullptr);
    EXPECT_FALSE(cpus[0].participant.start(kernel.ticket));
    EXPECT_FALSE(cpus[2].has_interrupt());
    EXPECT_TRUE(cpus[1].has_interrupt()) << "awake again";
    EXPECT_EQ(cpus[2].complete_flushes, 0U);
    cpus[2].participant.end_idle();
    cpus[2].participant.end_idle();
    EXPECT_EQ(cpus[2].complete_flushes, 1U);
    cpus[1].take_interrupts();
    cpus[3].take_interrupts();
    cpus[0].take_interrupts();
    EXPECT_EQ(kernel.completions, 1);
}

TEST_F(ParticipantTest, TheHypervisorFlushesForThoseItStopped) {
    cpus[1].participant.enter(space);
    cpus[1].is_stopped = true;
    Operation operation(&space);
    EXPECT_TRUE(cpus[0].participant.start(operation.ticket));
    EXPECT_FALSE(cpus[1].has_interrupt());
}

TEST_F(ParticipantTest, WhatFindsNoSlotWaitsItsTurn) {
    constexpr int kMany = 2 * static_cast<int>(Outbox::kSlots) + 1;
    cpus[1].participant.enter(space);
    std::vector<std::unique_ptr<Operation>> operations;
    for (int i = 0; i < kMany; ++i) {
        operations.push_back(std::make_unique<Operation>(&space));
        EXPECT_FALSE(cpus[0].participant.start(operations.back()->ticket));
    }
    for (int round = 0; round < 3; ++round) {
        cpus[1].take_interrupts();
        cpus[0].take_interrupts();
    }
    for (const auto& operation : operations) {
        EXPECT_EQ(operation->completions, 1);
    }
    EXPECT_EQ(cpus[1].participant.answered(), static_cast<base::u64>(kMany));
}

TEST_F(ParticipantTest, AWholeChangeDropsTheSpace) {
    cpus[1].participant.enter(space);
    cpus[1].translate(VirtualAddress{0x9000}, 9);
    Operation operation(&space);
    operation.ticket.changes.add_everything();
    EXPECT_FALSE(cpus[0].participant.start(operation.ticket));
    cpus[1].take_interrupts();
    EXPECT_EQ(cpus[1].translate(VirtualAddress{0x9000}, 0), 0U);
    cpus[0].take_interrupts();
}

} // namespace shootdown
