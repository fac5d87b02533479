/// The registers that decide how addresses are translated: CR3, tags, and what drops translations.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::arch::x86_64 {

/// Which top-level tables are whose. Set while the machine boots, then only read. Its calls act on the processor that
/// makes them, with interrupts off.
class Translation {
  public:
    /// `top` is the kernel's own table from now on, and in force. Its recursive entry is made, in a free place that
    /// differs from boot to boot. Again with the same table: drops translations that are not global.
    void enter_kernel_tables(base::PhysicalAddress top);

    [[nodiscard]] base::PhysicalAddress kernel_tables() const { return kernel_top_; }

    /// Gives `top`, a fresh table of an address space, the kernel's half and a recursive entry of its own. Top-level
    /// entries of the kernel's half never change after boot, so this is done once.
    void fill_kernel_half(base::PhysicalAddress top) const;

    /// Puts `top` in force under `tag` (PCID, [intel/vol3] 4.10.1). With `flush` nothing is left of what the tag held.
    /// On a processor without tags `tag` is 0, and all that is not global goes.
    static void enter(base::PhysicalAddress top, base::u16 tag, bool flush);

    /// Whether this processor tells translations apart by tags.
    static bool has_tags();

    /// Drops the translation of one page, and all cached upper entries of the tag in force.
    static void flush_page(base::VirtualAddress address);

    /// Drops all of the tag in force, but for the kernel's.
    static void flush_tag();

    /// Drops all of every tag and the kernel's.
    void flush_everything() const;

    /// The entry of `level`, 0 to 3, that leads to `address` in the tables in force, read through the recursive entry.
    /// The entries above it are present.
    [[nodiscard]] base::u64 active_entry(base::VirtualAddress address, int level) const;

    [[nodiscard]] base::usize recursive_slot() const { return recursive_slot_; }

  private:
    void set_recursive_entry(base::PhysicalAddress top) const;

    base::PhysicalAddress kernel_top_{0};
    base::usize recursive_slot_ = 0; ///< 0: not placed yet
    bool has_invalidate_all_ = false;
};

Translation& translation();

} // namespace kernel::arch::x86_64
