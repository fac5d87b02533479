#include "tests/hypervisors/firecracker/virtual_machine.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <format>
#include <linux/kvm.h>
#include <string>
#include <sys/ioctl.h>

#include "tests/hypervisors/firecracker/mapping.hpp"

namespace firecracker {

namespace {

/// [firecracker] layout.rs: KVM_TSS_ADDRESS.
constexpr unsigned long kTaskState = 0xfffbd000;

/// kvm_cpuid2 with room for its entries.
struct ProcessorIdentity {
    std::uint32_t count = 256;
    std::uint32_t padding = 0;
    std::array<kvm_cpuid_entry2, 256> entries{};
};

// The header's own, which carry the size of kvm_cpuid2, are wrong in C++: an empty structure is one byte there.
constexpr unsigned long kGetSupportedIdentity = _IOWR(KVMIO, 0x05, std::uint64_t);
constexpr unsigned long kSetIdentity = _IOW(KVMIO, 0x90, std::uint64_t);

/// A request that must succeed.
template <typename... Argument>
int demand(std::string_view what, int descriptor, unsigned long request, Argument... argument) {
    const int result = ioctl(descriptor, request, argument...);
    if (result < 0) {
        fail(std::format("KVM refuses {} (errno {})", what, errno));
    }
    return result;
}

/// What KVM supports, as the processor `id` shows it.
void identify(int kvm, int processor, int id) {
    ProcessorIdentity identity;
    demand("the processor's features", kvm, kGetSupportedIdentity, &identity);
    for (kvm_cpuid_entry2& leaf : std::span(identity.entries).first(identity.count)) {
        if (leaf.function == 1) {
            leaf.ecx |= 1U << 31; // runs under a hypervisor
            leaf.ebx = (leaf.ebx & 0x00ffffff) | static_cast<std::uint32_t>(id) << 24;
        } else if (leaf.function == 0xb) {
            leaf.edx = static_cast<std::uint32_t>(id);
        }
    }
    demand("the processor's identity", processor, kSetIdentity, &identity);
}

kvm_segment flat_segment(std::uint16_t selector, std::uint8_t type) {
    kvm_segment segment{};
    segment.limit = 0xffffffff;
    segment.selector = selector;
    segment.type = type;
    segment.present = 1;
    segment.db = 1;
    segment.s = 1;
    segment.g = 1;
    return segment;
}

kvm_segment task_segment() {
    kvm_segment segment{};
    segment.limit = 0x67;
    segment.selector = 24;
    segment.type = 11;
    segment.present = 1;
    return segment;
}

} // namespace

VirtualCpu::VirtualCpu(int kvm, int machine, int id)
    : descriptor_(demand("a processor", machine, KVM_CREATE_VCPU, static_cast<unsigned long>(id))) {
    identify(kvm, descriptor_, id);
    const auto size = static_cast<std::size_t>(demand("sizes", kvm, KVM_GET_VCPU_MMAP_SIZE, 0UL));
    shared_ = map_shared(descriptor_, size);
    if (shared_.empty()) {
        fail("KVM does not share a processor's state");
    }
}

void VirtualCpu::enter_at(std::uint32_t entry, std::uint32_t start_info) const {
    constexpr std::uint8_t kCode = 11;
    constexpr std::uint8_t kData = 3;
    kvm_sregs special{};
    demand("registers", descriptor_, KVM_GET_SREGS, &special);
    special.cs = flat_segment(8, kCode);
    special.ds = special.es = special.fs = special.gs = special.ss = flat_segment(16, kData);
    special.tr = task_segment();
    special.cr0 = 1;
    special.cr4 = 0;
    demand("registers", descriptor_, KVM_SET_SREGS, &special);
    kvm_regs general{};
    general.rflags = 2;
    general.rip = entry;
    general.rbx = start_info;
    demand("registers", descriptor_, KVM_SET_REGS, &general);
}

void VirtualCpu::answer_port(Ports& ports) const {
    kvm_run state;
    std::memcpy(&state, shared_.data(), sizeof(state));
    for (std::uint32_t index = 0; index < state.io.count; ++index) {
        const auto bytes = shared_.subspan(state.io.data_offset + index * state.io.size, state.io.size);
        if (state.io.direction == KVM_EXIT_IO_OUT) {
            ports.write(state.io.port, bytes);
        } else {
            ports.read(state.io.port, bytes);
        }
    }
}

int VirtualCpu::run(Ports& ports) const {
    constexpr std::size_t kMmioDataAt = offsetof(kvm_run, mmio.data);
    while (!ports.status()) {
        if (ioctl(descriptor_, KVM_RUN, 0) < 0) {
            if (errno != EINTR && errno != EAGAIN) { // the latter: it was started by another and may run now
                fail(std::format("KVM does not run a processor (errno {})", errno));
            }
            continue;
        }
        std::uint32_t reason = 0;
        std::memcpy(&reason, shared_.subspan(offsetof(kvm_run, exit_reason)).data(), sizeof(reason));
        switch (reason) {
        case KVM_EXIT_IO: answer_port(ports); break;
        case KVM_EXIT_MMIO: // nothing is there; what was written is ignored
            std::ranges::fill(shared_.subspan(kMmioDataAt, sizeof(kvm_run::mmio.data)), std::uint8_t{0xff});
            break;
        default: fail(std::format("the guest left with KVM's reason {}", reason));
        }
    }
    return ports.status().value_or(0);
}

VirtualMachine::VirtualMachine(const GuestMemory& memory) : kvm_(open("/dev/kvm", O_RDWR | O_CLOEXEC)) {
    if (kvm_ < 0) {
        fail("there is no /dev/kvm");
    }
    machine_ = demand("a machine", kvm_, KVM_CREATE_VM, 0UL);
    demand("a place for its task state", machine_, KVM_SET_TSS_ADDR, kTaskState);
    demand("interrupt controllers", machine_, KVM_CREATE_IRQCHIP, 0UL);
    kvm_pit_config timer{};
    timer.flags = KVM_PIT_SPEAKER_DUMMY;
    demand("the interval timer", machine_, KVM_CREATE_PIT2, &timer);
    add_memory(0, 0, memory.low());
    if (!memory.high().empty()) {
        add_memory(1, kHighMemory, memory.high());
    }
}

void VirtualMachine::add_memory(std::uint32_t slot, std::uint64_t address, std::span<std::uint8_t> memory) const {
    kvm_userspace_memory_region region{};
    region.slot = slot;
    region.guest_phys_addr = address;
    region.memory_size = memory.size();
    region.userspace_addr = std::bit_cast<std::uint64_t>(memory.data());
    demand("memory", machine_, KVM_SET_USER_MEMORY_REGION, &region);
}

} // namespace firecracker
