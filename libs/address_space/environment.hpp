/// What an address space asks of the kernel around it: page tables, regions, objects, and all that objects ask.
#pragma once

#include <concepts>

#include "base/result.hpp"
#include "libs/address_space/region.hpp"
#include "libs/memory_object/memory_object.hpp"

namespace address_space {

/// How one page is mapped for the user.
struct PageEntry {
    base::PhysicalAddress frame;
    Access access;
    base::u8 protection_key;
    Cache cache;
};

/// The page tables of one address space. They gather what must be flushed; frames and tables that were given back are
/// not used again before. A call that returns Bytes does one slice: how far it came, at least one page.
template <class E>
concept PageTables = requires(E& tables, base::VirtualAddress start, base::Bytes size, const PageEntry& entry) {
    /// Maps one page of 4 KiB, instead of what was there. NoMemory.
    { tables.map_page(start, entry) } -> std::same_as<base::Result<void>>;
    /// Maps one page of 2 MiB, instead of what was there. NoMemory.
    { tables.map_block(start, entry) } -> std::same_as<base::Result<void>>;
    /// Splits large pages that reach over the borders of [start, start + size). NoMemory: no translation has changed.
    { tables.make_borders(start, size) } -> std::same_as<base::Result<void>>;
    /// Unmaps; the borders were made.
    { tables.clear(start, size) } -> std::same_as<base::Bytes>;
    /// Unmaps at least that: a large page that reaches over the borders goes as a whole.
    { tables.clear_around(start, size) } -> std::same_as<base::Bytes>;
    /// Takes away what `access` does not allow; execution is also given, writing never: a fault knows whether the page
    /// may be written. The borders were made.
    { tables.restrict(start, size, Access::Read) } -> std::same_as<base::Bytes>;
    /// Takes writing away in the highest entries that lie in [start, start + size): a clone costs the same for any
    /// size.
    { tables.protect_from_writing(start, size) } -> std::same_as<base::Bytes>;
};

template <class E>
concept RegionSource = requires(E& source, Region<E>& region) {
    /// A region as its constructor makes it, charged. NoMemory.
    { source.allocate_region() } -> std::same_as<base::Result<Region<E>*>>;
    /// Of one that was in a space, forget() is called when no translation leads where it led.
    { source.release_region(region) };
};

/// What an object shows under its lock.
template <class E>
struct Locked {
    memory_object::MemoryObject<E>& memory;
    Mappings<E>& mappings;
    Mappings<E>* pager_mappings; ///< of memory.pager() where that is another object; it has the same lock
};

/// The environment was given back a region, and no translation leads there any more: its object forgets it. Takes the
/// object's lock.
template <class E>
void forget(Region<E>& region) {
    if (region.space == nullptr || region.is_guard()) {
        return;
    }
    region.object->with([&region](const Locked<E>& object) {
        object.mappings.leaving.remove(region);
        if (object.pager_mappings != nullptr) {
            object.pager_mappings->leaving_through_views.remove(region);
        }
    });
}

/// A shared object (base::RefCounted) with a MemoryObject and its Mappings inside its lock.
template <class E>
concept MappableObject = requires(typename E::Object& object) {
    {
        object.with([](const Locked<E>&) { return 0; })
    } -> std::same_as<int>;
    { object.add_reference() };
    { object.drop_reference() };
};

/// Who keeps account of mappings (base::RefCounted): told, under the address space's lock, when nothing of one is left.
template <class E>
concept KeepsAccount = requires(typename E::Use& use) {
    { use.add_reference() };
    { use.drop_reference() };
};

/// Who pays for what an object's pages need.
template <class E>
concept ChargesObjects = requires(E& e, typename E::Object& object) {
    /// From here on `object` does. Called before its lock is taken.
    e.charge_to(object);
};

template <class E>
concept Environment = memory_object::Resources<E> && PageTables<E> && RegionSource<E> && MappableObject<E> &&
                      KeepsAccount<E> && ChargesObjects<E>;

} // namespace address_space
