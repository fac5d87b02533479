/// A full set of tables with random damage: whatever it says, every walk ends and stays inside.
#include <random>

#include "libs/acpi/good_tables.hpp"
#include "libs/acpi/walk.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Bytes;
using base::u64;
using base::u8;

/// Some values are more telling than random ones.
u8 random_byte(std::mt19937_64& random) {
    constexpr std::array<u8, 6> kEdges{0, 1, 2, 0x7f, 0x80, 0xff};
    const u64 number = random();
    return number % 2 == 0 ? kEdges.at(number / 2 % kEdges.size()) : static_cast<u8>(number >> 8);
}

void damage(FakeMachine& machine, std::mt19937_64& random) {
    const u64 changes = 1 + random() % 8;
    for (u64 i = 0; i < changes; ++i) {
        machine.set(FakeMachine::kStart + Bytes{random() % machine.size()}, random_byte(random));
    }
    if (random() % 16 == 0) {
        machine.cut(FakeMachine::kRootBytes + random() % (machine.size() - FakeMachine::kRootBytes));
    }
}

TEST(Mutation, AGoodMachineAnswersEverything) {
    const FakeMachine machine = good_machine();
    EXPECT_EQ(walk::everything(machine.memory(), FakeMachine::kRoot), 7U + 7 + 4 + 4 + 2 + 1 + 2 + 1);
}

TEST(Mutation, NoDamageBreaksAWalk) {
    const FakeMachine good = good_machine();
    std::mt19937_64 random(42);
    u64 answers = 0;
    for (int round = 0; round < 10'000; ++round) {
        FakeMachine machine = good;
        damage(machine, random);
        if (round % 2 == 0) {
            machine.fix_all();
        }
        answers += walk::everything(machine.memory(), FakeMachine::kRoot);
    }
    // Most of the damage is local: a machine rarely falls silent.
    EXPECT_GT(answers, 10'000U * 14);
}

} // namespace
} // namespace acpi
