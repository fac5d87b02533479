/// Which pages are used, and which could go.
///
///     AgeingWalk<E> walk;
///     walk.slice(space, e, [&](Region<E>& region, u64 page) { a page that its pager can supply again });
#pragma once

#include <concepts>

#include "libs/address_space/address_space.hpp"

namespace address_space {

/// How cold a frame is: in how many walks nobody used it. 0 is hot.
class Generation {
  public:
    /// Older is not told apart.
    static constexpr base::u8 kOldest = 7;
    /// From here on a page is cold: unused for three walks.
    static constexpr base::u8 kCold = 3;

    /// What a walk makes of it. A second chance: one use makes it as young as any.
    static constexpr base::u8 after_walk(base::u8 generation, bool was_used) {
        return was_used ? base::u8{0} : static_cast<base::u8>(generation + (generation < kOldest ? 1 : 0));
    }

    static constexpr bool is_cold(base::u8 generation) { return generation >= kCold; }
};

/// What ageing needs beside an Environment.
template <class E>
concept AgeingEnvironment =
    Environment<E> && requires(E& e, base::VirtualAddress start, base::Bytes size, base::PhysicalAddress frame) {
        /// Calls visit(address, frame, was_used) for present pages of [start, start + size), clearing the bits that say
        /// so: one slice, how far it came.
        {
            e.harvest(start, size, [](base::VirtualAddress, base::PhysicalAddress, bool) {})
        } -> std::same_as<base::Bytes>;
        /// Kept in the frame's record. A frame that is mapped twice is aged by each walk and made young by any use.
        { e.generation(frame) } -> std::same_as<base::u8>;
        { e.set_generation(frame, base::u8{}) };
    };

/// Goes round an address space for ever, a slice at a time. It holds no region between slices, only an address.
template <AgeingEnvironment E>
class AgeingWalk {
  public:
    /// One slice, under the address space's lock. on_cold(region, page) hears of cold clean pages of pager-backed
    /// objects: the caller unmaps them from all regions of the object and calls MemoryObject::drop_clean() (its own
    /// decision, and in its own slice). Whether a round ended with it.
    template <class F>
    bool slice(AddressSpace<E>& space, E& e, F&& on_cold) {
        Region<E>* const region = space.first_at(next_);
        if (region == nullptr) {
            next_ = base::VirtualAddress{0};
            return true;
        }
        const base::VirtualAddress start = std::max(next_, region->start());
        if (region->is_guard() || is_device(*region)) {
            next_ = region->end();
            return false;
        }
        const base::Bytes done =
            e.harvest(start, region->end() - start,
                      [&](base::VirtualAddress address, base::PhysicalAddress frame, bool was_used) {
                          if (frame != e.zero_frame()) {
                              age(e, *region, region->page_at(address), frame, was_used, on_cold);
                          }
                      });
        next_ = start + done;
        return false;
    }

  private:
    static bool is_device(const Region<E>& region) {
        return region.object->with(
            [](const Locked<E>& object) { return object.memory.kind() == memory_object::Kind::Device; });
    }

    template <class F>
    static void age(E& e, Region<E>& region, base::u64 page, base::PhysicalAddress frame, bool was_used, F& on_cold) {
        const base::u8 generation = Generation::after_walk(e.generation(frame), was_used);
        e.set_generation(frame, generation);
        if (!Generation::is_cold(generation)) {
            return;
        }
        const bool can_go =
            region.object->with([page](const Locked<E>& object) { return object.memory.is_droppable(page); });
        if (can_go) {
            on_cold(region, page);
        }
    }

    base::VirtualAddress next_{0};
};

} // namespace address_space
