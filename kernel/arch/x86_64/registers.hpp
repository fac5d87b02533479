/// Registers of a device in the address space.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::arch::x86_64 {

/// A mapped block of registers; the mapping is uncached and stays for ever. Accesses are single, whole and in order.
class Registers {
  public:
    constexpr Registers() = default;

    explicit Registers(base::VirtualAddress start) : start_(start.value()) {}

    void write8(base::u64 offset, base::u8 value) const { *place<base::u8>(offset) = value; }

    [[nodiscard]] base::u32 read32(base::u64 offset) const { return *place<base::u32>(offset); }

    void write32(base::u64 offset, base::u32 value) const { *place<base::u32>(offset) = value; }

    [[nodiscard]] base::u64 read64(base::u64 offset) const { return *place<base::u64>(offset); }

    void write64(base::u64 offset, base::u64 value) const { *place<base::u64>(offset) = value; }

  private:
    template <class T>
    [[nodiscard]] volatile T* place(base::u64 offset) const {
        // SAFETY: whoever made this object mapped the block, and offsets are constants of the device's specification.
        return reinterpret_cast<volatile T*>(start_ + offset);
    }

    base::u64 start_ = 0;
};

} // namespace kernel::arch::x86_64
