/// A virtual machine of KVM: interrupt controllers and interval timer in the host's kernel, the rest is ours.
#pragma once

#include <cstdint>
#include <span>

#include "tests/hypervisors/firecracker/guest_memory.hpp"
#include "tests/hypervisors/firecracker/ports.hpp"

namespace firecracker {

/// One processor; the first enters the kernel, the others wait for the first to start them.
class VirtualCpu {
  public:
    /// Ends the program when KVM refuses.
    VirtualCpu(int kvm, int machine, int id);

    /// PVH's entry state ([xen] docs/misc/pvh.pandoc): 32 bit, no paging, EBX points at the start info.
    void enter_at(std::uint32_t entry, std::uint32_t start_info) const;

    /// Runs until the guest ends the machine. Returns the exit status.
    int run(Ports& ports) const;

  private:
    void answer_port(Ports& ports) const;

    int descriptor_ = -1;
    std::span<std::uint8_t> shared_; ///< kvm_run and what it points into
};

class VirtualMachine {
  public:
    /// Ends the program when KVM refuses.
    explicit VirtualMachine(const GuestMemory& memory);

    [[nodiscard]] VirtualCpu make_cpu(int id) const { return {kvm_, machine_, id}; }

  private:
    void add_memory(std::uint32_t slot, std::uint64_t address, std::span<std::uint8_t> memory) const;

    int kvm_ = -1;
    int machine_ = -1;
};

} // namespace firecracker
