/// A range of an address space, and what is mapped there.
#pragma once

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/units.hpp"
#include "libs/address_space/gap_tree.hpp"
#include "libs/page_table/page_table_entry.hpp"

namespace address_space {

using page_table::Access;
using page_table::Cache;

/// What may be done with a region at most, whatever protect() asks: what its mapper's capability allowed.
struct Rights {
    bool write = true;
    bool execute = false;

    [[nodiscard]] constexpr bool allow(Access access) const {
        return access == Access::Read || (access == Access::ReadWrite ? write : execute);
    }

    friend constexpr bool operator==(const Rights&, const Rights&) = default;
};

/// What stays the same in all of a mapping, however it is split and protected.
struct Attributes {
    Rights rights{};
    base::u8 protection_key = 0;
    Cache cache = Cache::WriteBack;
    bool is_sealed = false; ///< neither unmapped nor protected, but with the whole space or through its use
    base::Nanoseconds pager_deadline{5'000'000'000}; ///< how long a fault waits for the pager

    friend constexpr bool operator==(const Attributes&, const Attributes&) = default;
};

struct OfEnvironment;
struct OfObject;
struct OfPager;

template <class E>
class AddressSpace;

/// A region without its types. One that was removed may be in a list of its environment by this link.
class RegionRecord : public base::ListLink<OfEnvironment> {};

/// In the tree of its address space, whose lock it is under, and in the lists of its object, which are under the
/// object's lock. Without an object it is a guard: nothing is ever there.
template <class E>
class Region : public GapLink<Region<E>>,
               public RegionRecord,
               public base::ListLink<OfObject>,
               public base::ListLink<OfPager> {
  public:
    Region() = default;
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;

    [[nodiscard]] base::VirtualAddress start() const { return span.start; }

    [[nodiscard]] base::VirtualAddress end() const { return span.end; }

    [[nodiscard]] bool is_guard() const { return !object; }

    /// The page of the object at `address`, which lies in the region.
    [[nodiscard]] base::u64 page_at(base::VirtualAddress address) const {
        return first_page + (address - span.start).value() / base::kPageSize;
    }

    Span span{};
    base::RefPtr<typename E::Object> object;
    base::u64 first_page = 0; ///< of the object, at start()
    Access access = Access::Read;
    Attributes attributes;
    base::RefPtr<typename E::Use> use; ///< through which it was mapped, if anybody keeps account of that
    base::u64 mapping = 0;             ///< which map() made it: only parts of one are joined again
    AddressSpace<E>* space = nullptr;
};

/// Which regions show an object: its own, and those of views, which show its pages where they have none themselves.
/// Both lose what the object loses. Those that leave were removed, but translations may still lead where they led: no
/// frame of the object is free before those are gone. Under the object's lock.
template <class E>
struct Mappings {
    base::IntrusiveList<Region<E>, OfObject> own;
    base::IntrusiveList<Region<E>, OfPager> through_views;
    base::IntrusiveList<Region<E>, OfObject> leaving;
    base::IntrusiveList<Region<E>, OfPager> leaving_through_views;

    /// Others than one region may lead to the object.
    [[nodiscard]] bool are_several() const { return own.count() > 1 || !leaving.empty(); }
};

} // namespace address_space
