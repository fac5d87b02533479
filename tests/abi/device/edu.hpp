/// QEMU's device for teaching, [edu]: asks by a level of its line, or by a message, when it is told to.
#pragma once

#include "tests/abi/device/devices.hpp"

namespace tests::abi {

class Edu {
  public:
    static constexpr u64 kIdentification = 0x00; ///< a register that reads kIdentity
    static constexpr u64 kInverse = 0x04;        ///< reads the inverse of what was written
    static constexpr u64 kRaise = 0x60;          ///< what is written is asked until it is satisfied
    static constexpr u64 kSatisfy = 0x64;
    static constexpr u32 kIdentity = 0x0100'00ed;
    static constexpr u64 kBytes = 1 << 20;

    /// On bus 0. is_there(): whether it was found, its registers switched on.
    explicit Edu(Devices& devices);

    [[nodiscard]] bool is_there() const { return function_ != kNowhere; }

    /// Physical address of its registers.
    [[nodiscard]] u64 registers() const { return registers_; }

    /// Shows them in this process until close().
    Outcome open();
    void close();

    [[nodiscard]] u32 read(u64 offset) const;
    void write(u64 offset, u32 value) const;

    /// From now on it sends that message; or asks by its line, for address 0.
    void send_messages(u64 address, u32 data);

    /// What firmware thought that its line is.
    u32 legacy_line();

  private:
    static constexpr u32 kNowhere = ~u32{0};

    /// The offset of its MSI capability.
    u32 find_messages();

    Devices& devices_;
    u32 function_ = kNowhere;
    u64 registers_ = 0;
    Handle memory_;
    u64 place_ = 0;
};

} // namespace tests::abi
