/// One entry of an x86_64 page table, [intel/vol3] 4.5.
#pragma once

#include "base/types.hpp"
#include "base/units.hpp"

namespace page_table {

/// What code may do with a page. Nothing is both writable and executable: there is no way to say it.
enum class Access : base::u8 { Read, ReadWrite, ReadExecute };

/// Who may use a page.
enum class Owner : base::u8 { Kernel, User };

/// How accesses to a page are cached: an index into the page attribute table, formed by PCD and PWT.
enum class Cache : base::u8 {
    WriteBack = 0,      ///< memory
    WriteCombining = 1, ///< frame buffers; holds once kPageAttributeTable is loaded, before that it is write-through
    Uncached = 3,       ///< registers of devices
};

/// What IA32_PAT must hold so that Cache means what it says: as after reset, but index 1 is write-combining,
/// [intel/vol3] 12.12.2 and table 12-10.
inline constexpr base::u64 kPageAttributeTable = 0x0007'0106'0007'0106;

/// Where four-level paging ends: physical addresses have at most 52 bits.
inline constexpr base::PhysicalAddress kPhysicalEnd{1ULL << 52};

class Entry {
  public:
    constexpr Entry() = default;

    constexpr explicit Entry(base::u64 word) : word_(word) {}

    /// An entry that leads to another table. It restricts no access: the last entry decides.
    static constexpr Entry table(base::PhysicalAddress table, Owner owner) {
        return Entry{table.value() | kPresent | kWritable | (owner == Owner::User ? kUser : 0)};
    }

    /// An entry for a page; `large` above the lowest level. Kernel pages are global.
    static constexpr Entry page(base::PhysicalAddress page, Access access, Owner owner, bool large,
                                Cache cache = Cache::WriteBack) {
        return Entry{page.value() | kPresent | access_bits(access) | (owner == Owner::User ? kUser : kGlobal) |
                     (large ? kLarge : 0) | static_cast<base::u64>(cache) << kCacheShift};
    }

    [[nodiscard]] constexpr base::u64 word() const { return word_; }

    [[nodiscard]] constexpr bool is_present() const { return (word_ & kPresent) != 0; }

    /// Above the lowest level: whether it is a page.
    [[nodiscard]] constexpr bool is_large() const { return (word_ & kLarge) != 0; }

    [[nodiscard]] constexpr bool is_writable() const { return (word_ & kWritable) != 0; }

    [[nodiscard]] constexpr bool is_executable() const { return (word_ & kNoExecute) == 0; }

    [[nodiscard]] constexpr bool is_user() const { return (word_ & kUser) != 0; }

    [[nodiscard]] constexpr bool is_global() const { return (word_ & kGlobal) != 0; }

    /// Whether the CPU read or wrote (accessed), or wrote (dirty), since the entry was made.
    [[nodiscard]] constexpr bool is_accessed() const { return (word_ & kAccessed) != 0; }

    [[nodiscard]] constexpr bool is_dirty() const { return (word_ & kDirty) != 0; }

    [[nodiscard]] constexpr Cache cache() const { return static_cast<Cache>(word_ >> kCacheShift & 3); }

    /// The frame or table it leads to.
    [[nodiscard]] constexpr base::PhysicalAddress address() const { return base::PhysicalAddress{word_ & kAddress}; }

    /// The same page, with another access.
    [[nodiscard]] constexpr Entry with_access(Access access) const {
        return Entry{(word_ & ~(kWritable | kNoExecute)) | access_bits(access)};
    }

    /// Of a large page: the entry for the piece of it that begins `offset` bytes into it.
    [[nodiscard]] constexpr Entry piece(base::Bytes offset, bool large) const {
        return Entry{((word_ & ~kLarge) + offset.value()) | (large ? kLarge : 0)};
    }

    friend constexpr bool operator==(Entry, Entry) = default;

  private:
    static constexpr base::u64 access_bits(Access access) {
        return (access == Access::ReadWrite ? kWritable : 0) | (access == Access::ReadExecute ? 0 : kNoExecute);
    }

    static constexpr base::u64 kPresent = 1 << 0;
    static constexpr base::u64 kWritable = 1 << 1;
    static constexpr base::u64 kUser = 1 << 2;
    static constexpr unsigned kCacheShift = 3; // PWT, and PCD above it
    static constexpr base::u64 kAccessed = 1 << 5;
    static constexpr base::u64 kDirty = 1 << 6;
    static constexpr base::u64 kLarge = 1 << 7;
    static constexpr base::u64 kGlobal = 1 << 8;
    static constexpr base::u64 kNoExecute = 1ULL << 63;
    static constexpr base::u64 kAddress = 0x000ffffffffff000;

    base::u64 word_ = 0;
};

} // namespace page_table
