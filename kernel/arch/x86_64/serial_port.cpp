#include "kernel/arch/x86_64/serial_port.hpp"

#include "kernel/arch/x86_64/cpu.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::u16;
using base::u8;

// [ns16550] register offsets.
constexpr u16 kData = 0;
constexpr u16 kInterruptEnable = 1;
constexpr u16 kFifoControl = 2;
constexpr u16 kLineControl = 3;
constexpr u16 kModemControl = 4;
constexpr u16 kLineStatus = 5;
constexpr u16 kScratch = 7;

constexpr u8 kDataReady = 1 << 0;
constexpr u8 kTransmitEmpty = 1 << 5;
constexpr u8 kFifoBytes = 16;
constexpr int kPatience = 100'000;

} // namespace

void SerialPort::initialize() {
    constexpr u8 kPattern = 0x5a;
    Cpu::out8(port_ + kScratch, kPattern);
    present_ = Cpu::in8(port_ + kScratch) == kPattern;
    if (!present_) {
        return;
    }
    Cpu::out8(port_ + kInterruptEnable, 0);
    Cpu::out8(port_ + kLineControl, 0x80); // divisor follows
    Cpu::out8(port_ + kData, 1);           // 115200 baud
    Cpu::out8(port_ + kInterruptEnable, 0);
    Cpu::out8(port_ + kLineControl, 0x03);  // 8 bits, no parity, one stop bit
    Cpu::out8(port_ + kFifoControl, 0x07);  // FIFOs on and empty
    Cpu::out8(port_ + kModemControl, 0x03); // ready
}

void SerialPort::write(std::string_view text) {
    if (!present_) {
        return;
    }
    for (const char character : text) {
        if (character == '\n') {
            send('\r');
        }
        send(character);
    }
}

base::usize SerialPort::read(std::span<char> to) {
    base::usize count = 0;
    while (present_ && count < to.size() && (Cpu::in8(port_ + kLineStatus) & kDataReady) != 0) {
        to[count++] = static_cast<char>(Cpu::in8(port_ + kData));
    }
    return count;
}

void SerialPort::send(char character) {
    // One status read for a whole FIFO: each is an exit to the hypervisor.
    if (room_ == 0) {
        if (!wait_until_empty()) {
            return;
        }
        room_ = kFifoBytes;
    }
    --room_;
    Cpu::out8(port_ + kData, static_cast<u8>(character));
}

bool SerialPort::wait_until_empty() {
    for (int attempt = 0; attempt < kPatience; ++attempt) {
        if ((Cpu::in8(port_ + kLineStatus) & kTransmitEmpty) != 0) {
            return true;
        }
        Cpu::pause();
    }
    return false;
}

} // namespace kernel::arch::x86_64
