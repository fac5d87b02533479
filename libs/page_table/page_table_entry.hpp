/// One entry of an x86_64 page table, [intel/vol3] 4.5.
#pragma once

#include <atomic>

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

/// Which of a page's access-rights registers counts, [intel/vol3] 4.6.2: 0 to 15, in pages of the user only. A
/// processor without protection keys ignores it.
using ProtectionKey = base::u8;

/// What a page is for.
struct Attributes {
    Access access;
    Owner owner;
    Cache cache = Cache::WriteBack;
    ProtectionKey key = 0;
};

/// The marks that the processor leaves in entries.
enum class Marks : base::u8 {
    Accessed,
    AccessedAndDirty,
};

class Entry {
  public:
    constexpr Entry() = default;

    constexpr explicit Entry(base::u64 word) : word_(word) {}

    /// An entry that leads to another table. It restricts no access: the last entry decides.
    static constexpr Entry table(base::PhysicalAddress table, Owner owner, base::u64 children = 0) {
        return Entry{table.value() | kPresent | kWritable | (owner == Owner::User ? kUser : 0) |
                     children << kChildrenShift};
    }

    /// An entry for a page; `large` above the lowest level. Kernel pages are global.
    static constexpr Entry page(base::PhysicalAddress page, const Attributes& attributes, bool large) {
        return Entry{page.value() | kPresent | access_bits(attributes.access) |
                     (attributes.owner == Owner::User ? kUser : kGlobal) | (large ? kLarge : 0) |
                     static_cast<base::u64>(attributes.cache) << kCacheShift |
                     static_cast<base::u64>(attributes.key & kKeys) << kKeyShift};
    }

    [[nodiscard]] constexpr base::u64 word() const { return word_; }

    [[nodiscard]] constexpr bool is_present() const { return (word_ & kPresent) != 0; }

    /// Above the lowest level: whether it is a page.
    [[nodiscard]] constexpr bool is_large() const { return (word_ & kLarge) != 0; }

    /// Whether it leads to a table and lets writes through, in one look.
    [[nodiscard]] constexpr bool leads_on_for_writes() const {
        return (word_ & (kPresent | kWritable | kLarge)) == (kPresent | kWritable);
    }

    [[nodiscard]] constexpr bool is_writable() const { return (word_ & kWritable) != 0; }

    [[nodiscard]] constexpr bool is_executable() const { return (word_ & kNoExecute) == 0; }

    [[nodiscard]] constexpr bool is_user() const { return (word_ & kUser) != 0; }

    [[nodiscard]] constexpr bool is_global() const { return (word_ & kGlobal) != 0; }

    /// Whether the CPU read or wrote (accessed), or wrote (dirty), since the entry was made.
    [[nodiscard]] constexpr bool is_accessed() const { return (word_ & kAccessed) != 0; }

    [[nodiscard]] constexpr bool is_dirty() const { return (word_ & kDirty) != 0; }

    /// Whether it has the accessed mark or, where asked, the dirty one.
    [[nodiscard]] constexpr bool has_any(Marks marks) const { return (word_ & bits_of(marks)) != 0; }

    [[nodiscard]] constexpr Cache cache() const { return static_cast<Cache>(word_ >> kCacheShift & 3); }

    [[nodiscard]] constexpr ProtectionKey key() const { return static_cast<ProtectionKey>(word_ >> kKeyShift & kKeys); }

    /// Of an entry that leads to a table: how many of that table's entries are present. Kept in bits that the processor
    /// ignores there, [intel/vol3] table 4-18.
    [[nodiscard]] constexpr base::u64 children() const { return word_ >> kChildrenShift & kChildren; }

    /// The frame or table it leads to.
    [[nodiscard]] constexpr base::PhysicalAddress address() const { return base::PhysicalAddress{word_ & kAddress}; }

    /// The same page, with another access.
    [[nodiscard]] constexpr Entry with_access(Access access) const {
        return Entry{(word_ & ~(kWritable | kNoExecute)) | access_bits(access)};
    }

    /// The same page, with another protection key.
    [[nodiscard]] constexpr Entry with_key(ProtectionKey key) const {
        return Entry{(word_ & ~(kKeys << kKeyShift)) | static_cast<base::u64>(key & kKeys) << kKeyShift};
    }

    [[nodiscard]] constexpr Entry without_write() const { return Entry{word_ & ~kWritable}; }

    /// The same page, not accessed and not dirty.
    [[nodiscard]] constexpr Entry without_marks() const { return Entry{word_ & ~(kAccessed | kDirty)}; }

    /// The same page, with the marks that `other` has besides its own.
    [[nodiscard]] constexpr Entry with_marks_of(Entry other) const {
        return Entry{word_ | (other.word_ & (kAccessed | kDirty))};
    }

    [[nodiscard]] constexpr Entry as_accessed() const { return Entry{word_ | kAccessed}; }

    [[nodiscard]] constexpr Entry as_dirty() const { return Entry{word_ | kAccessed | kDirty}; }

    /// Of a large page: the entry for the piece of it that begins `offset` bytes into it.
    [[nodiscard]] constexpr Entry piece(base::Bytes offset, bool large) const {
        return Entry{((word_ & ~kLarge) + offset.value()) | (large ? kLarge : 0)};
    }

    friend constexpr bool operator==(Entry, Entry) = default;

    // What changes an entry in a table. Processors walk the tree and set marks at any moment: an entry is stored whole,
    // and what keeps part of it is one step.

    /// Release: what the entry leads to was written before.
    static void store(Entry& place, Entry entry) { word(place).store(entry.word_, std::memory_order_release); }

    /// Puts `entry` there and returns what was, with its last marks.
    static Entry exchange(Entry& place, Entry entry) {
        return Entry{word(place).exchange(entry.word_, std::memory_order_acq_rel)};
    }

    /// Puts `entry` there if it still holds `expected`; else that becomes what it holds.
    static bool compare_exchange(Entry& place, Entry& expected, Entry entry) {
        return word(place).compare_exchange_strong(expected.word_, entry.word_, std::memory_order_acq_rel,
                                                   std::memory_order_relaxed);
    }

    static void clear_write(Entry& place) { word(place).fetch_and(~kWritable, std::memory_order_relaxed); }

    /// Release: the entries below were changed before.
    static void set_write(Entry& place) { word(place).fetch_or(kWritable, std::memory_order_release); }

    /// Clears the marks and returns what was.
    static Entry take_marks(Entry& place, Marks marks) {
        return Entry{word(place).fetch_and(~bits_of(marks), std::memory_order_relaxed)};
    }

    /// The table that `place` leads to has `count` more present entries.
    static void add_children(Entry& place, base::u64 count) {
        word(place).fetch_add(count << kChildrenShift, std::memory_order_relaxed);
    }

    /// It has `count` fewer: returns how many are left.
    static base::u64 remove_children(Entry& place, base::u64 count) {
        return Entry{word(place).fetch_sub(count << kChildrenShift, std::memory_order_relaxed)}.children() - count;
    }

  private:
    static constexpr base::u64 bits_of(Marks marks) {
        return kAccessed | (marks == Marks::AccessedAndDirty ? kDirty : 0);
    }

    static std::atomic_ref<base::u64> word(Entry& place) { return std::atomic_ref(place.word_); }

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
    static constexpr unsigned kChildrenShift = 52;
    static constexpr base::u64 kChildren = 0x3ff;
    static constexpr unsigned kKeyShift = 59;
    static constexpr base::u64 kKeys = 0xf;
    static constexpr base::u64 kNoExecute = 1ULL << 63;
    static constexpr base::u64 kAddress = 0x000ffffffffff000;

    base::u64 word_ = 0;
};

} // namespace page_table
