/// The second serial port as a device that asks by edge.
#pragma once

#include "tests/abi/device/devices.hpp"

namespace tests::abi {

/// A 16550, [16550] 8: whoever wants to hear that its transmitter is empty, which it always is, makes it ask.
class Serial {
  public:
    static constexpr u32 kLine = 3;

    explicit Serial(Devices& devices) : devices_(devices), ports_(devices.create_ports(kFirst, kPorts).handle()) {
        constexpr u32 kMark = 0x33;
        silence();
        devices_.out(ports_, kFirst + kScratch, kMark);
        is_there_ = devices_.in(ports_, kFirst + kScratch) == kMark;
    }

    [[nodiscard]] bool is_there() const { return is_there_; }

    /// One edge.
    void ask() {
        silence();
        devices_.out(ports_, kFirst + kEnable, kTransmitterIsEmpty);
    }

    void silence() { devices_.out(ports_, kFirst + kEnable, 0); }

    void end() {
        silence();
        devices_.calls().drop(ports_);
    }

  private:
    static constexpr u32 kFirst = 0x2f8;
    static constexpr u32 kPorts = 8;
    static constexpr u32 kEnable = 1;
    static constexpr u32 kScratch = 7;
    static constexpr u32 kTransmitterIsEmpty = 2;

    Devices& devices_;
    Handle ports_;
    bool is_there_ = false;
};

} // namespace tests::abi
