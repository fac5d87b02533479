#include "base/register_description.hpp"

#include <array>
#include <cstring>
#include <span>

#include "testing/test.hpp"

namespace base {

namespace {

/// Device memory that only remembers.
struct FakeSpace {
    std::span<std::byte> memory;

    template <class T>
    T read(u64 offset) {
        T value;
        std::memcpy(&value, memory.subspan(offset, sizeof(T)).data(), sizeof(T));
        return value;
    }

    template <class T>
    void write(u64 offset, T value) {
        std::memcpy(memory.subspan(offset, sizeof(T)).data(), &value, sizeof(T));
    }
};

struct Status : Register<Status, u32, 0x0, Access::ReadOnly> {
    using Ready = Field<0, 1, bool>;
    using QueueSize = Field<16, 16>;
};

struct Doorbell : Register<Doorbell, u16, 0x4, Access::WriteOnly> {
    using Queue = Field<0, 16>;
};

struct Control : Register<Control, u64, 0x8, Access::ReadWrite> {
    using Enable = Field<0, 1, bool>;
    using Mode = Field<62, 2>;
};

using FakeRegisters = Registers<FakeSpace>;

template <class R>
concept CanRead = requires(FakeRegisters registers) { registers.read<R>(); };

template <class R>
concept CanWrite = requires(FakeRegisters registers, Bits<R> bits) { registers.write<R>(bits); };

} // namespace

static_assert(CanRead<Status> && !CanWrite<Status>);
static_assert(!CanRead<Doorbell> && CanWrite<Doorbell>);
static_assert(CanRead<Control> && CanWrite<Control>);

TEST(Registers, ReadWhereTheyAre) {
    std::array<std::byte, 16> memory{};
    memory[0] = std::byte{1};
    memory[3] = std::byte{0x01};
    FakeRegisters registers(FakeSpace{memory});
    const auto status = registers.read<Status>();
    EXPECT_TRUE(status.get<Status::Ready>());
    EXPECT_EQ(status.get<Status::QueueSize>(), 256U);
}

TEST(Registers, WriteTheirWidthOnly) {
    std::array<std::byte, 16> memory{};
    FakeRegisters registers(FakeSpace{memory});
    registers.write(Bits<Doorbell>{}.with<Doorbell::Queue>(0xffff));
    EXPECT_TRUE(memory[3] == std::byte{0} && memory[4] == std::byte{0xff});
    EXPECT_TRUE(memory[5] == std::byte{0xff} && memory[6] == std::byte{0});
}

TEST(Registers, ModifyKeepsOtherFields) {
    std::array<std::byte, 16> memory{};
    FakeRegisters registers(FakeSpace{memory});
    registers.write(Bits<Control>{}.with<Control::Mode>(2));
    registers.modify<Control>([](auto bits) { return bits.template with<Control::Enable>(true); });
    EXPECT_EQ(registers.read<Control>().raw(), 0x8000'0000'0000'0001);
}

} // namespace base
