/// The end of an interrupt without an exit: [kvm] msr.rst, MSR_KVM_PV_EOI_EN.
#pragma once

#include <atomic>

#include "base/types.hpp"

namespace kvm {

/// One for each processor, at an address that is a multiple of 4. The host sets the flag when it injects an interrupt
/// whose end it does not need to see.
class EndOfInterrupt {
  public:
    /// True: that was the end. False: the interrupt controller must be told. The first look costs nothing where nobody
    /// ever sets the flag; the exchange is one instruction, because the host may take the flag back at any exit.
    bool take() {
        return flag_.load(std::memory_order_relaxed) != 0 && (flag_.exchange(0, std::memory_order_relaxed) & 1) != 0;
    }

    /// Whether the interrupt that is being served needs no end.
    [[nodiscard]] bool is_set() const { return (flag_.load(std::memory_order_relaxed) & 1) != 0; }

    /// What the host does; here for tests.
    void set() { flag_.store(1, std::memory_order_relaxed); }

  private:
    std::atomic<base::u32> flag_{0};
};

static_assert(sizeof(EndOfInterrupt) == 4);

} // namespace kvm
