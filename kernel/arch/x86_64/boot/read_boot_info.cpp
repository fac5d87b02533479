#include <algorithm>

#include "kernel/arch/x86_64/boot/door.hpp"
#include "kernel/arch/x86_64/x86_64.hpp"
#include "libs/boot/multiboot2.hpp"
#include "libs/boot/physical_reader.hpp"
#include "libs/boot/pvh.hpp"

namespace kernel::arch::x86_64 {

namespace {

using base::Bytes;
using base::PhysicalAddress;

/// The physical map as the door left it: the first 4 GiB.
class BootMemory final : public boot::PhysicalReader {
  public:
    base::Result<std::span<const std::byte>> read(PhysicalAddress start, Bytes size) const override {
        if (start >= kEnd || size > kEnd - start) {
            return base::Error::OutOfRange;
        }
        return physical_bytes(start, size);
    }

    std::span<const std::byte> read_up_to(PhysicalAddress start, Bytes limit) const override {
        return start >= kEnd ? std::span<const std::byte>{} : physical_bytes(start, std::min(limit, kEnd - start));
    }

  private:
    static constexpr PhysicalAddress kEnd{4ULL << 30};
};

constinit const BootMemory kBootMemory{};

} // namespace

const boot::PhysicalReader& X86_64::boot_memory() { return kBootMemory; }

std::string_view X86_64::read_boot_info(base::u32 door, base::u32 structure, boot::BootInfo& info) {
    if (!info.memory.add(image_start(), image_end() - image_start(), boot::MemoryType::Reserved)) {
        return "there is no room for the memory map";
    }
    switch (static_cast<Door>(door)) {
    case Door::Pvh: return boot::read_pvh(kBootMemory, PhysicalAddress{structure}, info);
    case Door::Multiboot2: return boot::read_multiboot2(kBootMemory, PhysicalAddress{structure}, info);
    }
    return "the door is unknown";
}

} // namespace kernel::arch::x86_64
