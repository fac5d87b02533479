/// A driver of QEMU's device for teaching, [edu], that waits for its interrupt.
#pragma once

#include "tests/bench/machine/peers.hpp"

namespace tests::bench {

/// The device sends messages to this processor; the driver is another process, of a class of real time, and this thread
/// asks the device for them.
class Interrupts {
  public:
    explicit Interrupts(Peers& peers);

    /// Ticks from just before the store that has the device interrupt to the driver's first instruction, both included.
    base::u64 interrupt_once();

  private:
    base::u64 read(base::u32 offset);
    void write(base::u32 offset, base::u32 value);
    void find();
    /// Has it send `data` to `address`.
    void send_messages(base::u64 address, base::u32 data);
    void start_driver();

    Peers& peers_;
    Caller& caller_;
    base::u32 function_ = 0;
    abi::Handle interrupt_;
    base::u64 registers_ = 0; ///< address here
    base::u64 woken_ = 0;     ///< address here of the word that the driver writes
};

} // namespace tests::bench
