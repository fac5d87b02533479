/// One entry of an x86_64 page table, [intel/vol3] 4.5.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace page_table {

/// What code may do with a page. Nothing is both writable and executable: there is no way to say it.
enum class Access : base::u8 { Read, ReadWrite, ReadExecute };

/// Who may use a page.
enum class Owner : base::u8 { Kernel, User };

class Entry {
  public:
    constexpr Entry() = default;
    constexpr explicit Entry(base::u64 word) : word_(word) {}

    /// An entry that leads to another table. It restricts nothing: the last entry decides.
    static constexpr Entry table(base::PhysicalAddress table, Owner owner) {
        return Entry{table.value() | kPresent | kWritable | (owner == Owner::User ? kUser : 0)};
    }

    /// An entry for a page; `large` above the lowest level. Kernel pages are global.
    static constexpr Entry page(base::PhysicalAddress page, Access access, Owner owner, bool large) {
        return Entry{page.value() | kPresent | (access == Access::ReadWrite ? kWritable : 0) |
                     (access == Access::ReadExecute ? 0 : kNoExecute) | (owner == Owner::User ? kUser : kGlobal) |
                     (large ? kLarge : 0)};
    }

    [[nodiscard]] constexpr base::u64 word() const { return word_; }
    [[nodiscard]] constexpr bool is_present() const { return (word_ & kPresent) != 0; }
    [[nodiscard]] constexpr bool is_large() const { return (word_ & kLarge) != 0; }
    [[nodiscard]] constexpr bool is_writable() const { return (word_ & kWritable) != 0; }
    [[nodiscard]] constexpr bool is_executable() const { return (word_ & kNoExecute) == 0; }
    [[nodiscard]] constexpr bool is_user() const { return (word_ & kUser) != 0; }
    /// The frame or table it leads to.
    [[nodiscard]] constexpr base::PhysicalAddress address() const { return base::PhysicalAddress{word_ & kAddress}; }

    friend constexpr bool operator==(Entry, Entry) = default;

  private:
    static constexpr base::u64 kPresent = 1 << 0;
    static constexpr base::u64 kWritable = 1 << 1;
    static constexpr base::u64 kUser = 1 << 2;
    static constexpr base::u64 kLarge = 1 << 7;
    static constexpr base::u64 kGlobal = 1 << 8;
    static constexpr base::u64 kNoExecute = 1ULL << 63;
    static constexpr base::u64 kAddress = 0x000ffffffffff000;

    base::u64 word_ = 0;
};

} // namespace page_table
