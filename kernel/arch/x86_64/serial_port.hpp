/// The first serial port, a 16550: the console that every hypervisor and every machine has.
#pragma once

#include <span>
#include <string_view>

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

/// One 16550 UART, polled, at 115200 baud, 8N1.
class SerialPort {
  public:
    constexpr explicit SerialPort(base::u16 port) : port_(port) {}

    /// Finds out whether there is a port and sets it up. Without one write() does nothing.
    void initialize();
    /// Sends text; a line feed becomes carriage return and line feed. Gives up on a port that never drains.
    void write(std::string_view text);
    /// Takes what was received and fits in `to`: how many bytes. What comes while nobody takes it stays in the port, at
    /// most its FIFO.
    base::usize read(std::span<char> to);

    [[nodiscard]] bool is_present() const { return present_; }

  private:
    void send(char character);
    bool wait_until_empty();

    base::u16 port_;
    base::u8 room_ = 0; ///< bytes that still fit in the transmit FIFO without asking
    bool present_ = false;
};

} // namespace kernel::arch::x86_64
