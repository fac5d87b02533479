#include "libs/acpi/root.hpp"

#include "libs/acpi/good_tables.hpp"
#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::u16;
using base::u32;
using base::u8;
using base::usize;

/// The first MiB of a machine, with a root pointer where the test wants it.
class LowMemory {
  public:
    LowMemory() { memory_.fill(1 << 20); }

    void put_root(usize address) {
        const FakeMachine machine = good_machine();
        const auto root = machine.memory().read(FakeMachine::kRoot, Bytes{FakeMachine::kRootBytes}).value();
        for (usize i = 0; i < root.size(); ++i) {
            memory_.set(address + i, root[i]);
        }
    }

    void set_extended_area(u16 segment) { memory_.set(0x40e, segment); }

    template <class T>
    void set(usize address, T value) {
        memory_.set(address, value);
    }

    [[nodiscard]] base::Result<PhysicalAddress> find() const {
        return find_root(boot::FakeMemory(memory_.bytes(), PhysicalAddress{0}));
    }

  private:
    Blob memory_;
};

TEST(FindRoot, LooksInTheFirmwareArea) {
    for (const usize address : {0xe0000U, 0xe0010U, 0xf59e0U, 0xf0ff0U, 0xfffd0U}) {
        LowMemory memory;
        memory.put_root(address);
        EXPECT_EQ(memory.find(), PhysicalAddress{address});
    }
}

TEST(FindRoot, LooksInTheExtendedAreaFirst) {
    LowMemory memory;
    memory.set_extended_area(0x9fc0);
    memory.put_root(0x9ffd0);
    memory.put_root(0xe0000);
    EXPECT_EQ(memory.find(), PhysicalAddress{0x9ffd0});
}

TEST(FindRoot, LooksNowhereElse) {
    LowMemory memory;
    memory.set_extended_area(0x9fc0);
    for (const usize address : {0x9fbf0U, 0xa0000U, 0xdfff0U, 0xe0008U, 0xf0004U}) {
        memory.put_root(address);
    }
    EXPECT_EQ(memory.find(), Error::NotFound);
}

TEST(FindRoot, TheExtendedAreaIsNotAtZero) {
    LowMemory memory;
    memory.put_root(0x100);
    EXPECT_EQ(memory.find(), Error::NotFound);
}

TEST(FindRoot, PassesOverBadPointers) {
    LowMemory memory;
    memory.put_root(0xe0000);
    memory.set(0xe0009, u8{'X'});
    memory.put_root(0xe0100);
    memory.set(0xe0100 + 32, u8{1});
    EXPECT_EQ(memory.find(), Error::NotFound);
    memory.put_root(0xf0000);
    EXPECT_EQ(memory.find(), PhysicalAddress{0xf0000});
}

TEST(FindRoot, MemoryMayBeMissing) {
    EXPECT_EQ(find_root(boot::FakeMemory({}, PhysicalAddress{0})), Error::NotFound);
    EXPECT_EQ(find_root(good_machine().memory()), FakeMachine::kRoot);
}

class RootTest : public testing::Test {
  protected:
    [[nodiscard]] base::Result<Root> read() const { return read_root(machine.memory(), FakeMachine::kRoot); }

    static constexpr PhysicalAddress kLength = FakeMachine::kRoot + Bytes{20};

    FakeMachine machine;
};

TEST_F(RootTest, ReadsRevision0) {
    const PhysicalAddress rsdt = machine.finish_rsdt();
    const auto root = read();
    ASSERT_TRUE(root);
    EXPECT_EQ(root->revision, 0);
    EXPECT_EQ(root->rsdt, rsdt);
    EXPECT_EQ(root->xsdt, PhysicalAddress{0});
}

TEST_F(RootTest, Revision0MayEndWithMemory) {
    Blob memory;
    machine.finish_rsdt();
    memory.put_bytes(machine.memory().read(FakeMachine::kRoot, Bytes{20}).value());
    EXPECT_TRUE(read_root(boot::FakeMemory(memory.bytes(), FakeMachine::kRoot), FakeMachine::kRoot));
}

TEST_F(RootTest, ReadsRevision2) {
    const PhysicalAddress rsdt = machine.finish_rsdt();
    const PhysicalAddress xsdt = machine.finish_xsdt();
    const auto root = read();
    ASSERT_TRUE(root);
    EXPECT_EQ(root->revision, 2);
    EXPECT_EQ(root->rsdt, rsdt);
    EXPECT_EQ(root->xsdt, xsdt);
}

TEST_F(RootTest, RefusesBadChecksums) {
    machine.finish_xsdt();
    machine.set(FakeMachine::kRoot + Bytes{10}, u8{'?'});
    EXPECT_EQ(read().error(), Error::Corrupt);
    machine.fix_root();
    EXPECT_TRUE(read());
    machine.set(FakeMachine::kRoot + Bytes{33}, u8{1});
    EXPECT_EQ(read().error(), Error::Corrupt);
}

TEST_F(RootTest, RefusesAnotherSignature) {
    machine.finish_xsdt();
    machine.set(FakeMachine::kRoot + Bytes{7}, u8{'_'});
    machine.fix_root();
    EXPECT_EQ(read().error(), Error::Corrupt);
}

TEST_F(RootTest, RefusesImpossibleLengths) {
    machine.finish_xsdt();
    for (const u32 length : {0U, 35U, 257U, ~0U}) {
        machine.set(kLength, length);
        machine.fix_root();
        EXPECT_EQ(read().error(), Error::Corrupt);
    }
}

TEST_F(RootTest, RefusesWhatMemoryDoesNotHold) {
    machine.finish_xsdt();
    machine.cut(35);
    EXPECT_EQ(read().error(), Error::OutOfRange);
    machine.cut(19);
    EXPECT_EQ(read().error(), Error::OutOfRange);
    EXPECT_EQ(read_root(machine.memory(), PhysicalAddress{~0ULL}).error(), Error::OutOfRange);
}

} // namespace
} // namespace acpi
