/// What a cache asks of the world it lives in.
#pragma once

#include <concepts>
#include <cstddef>

#include "base/guarded.hpp"
#include "base/types.hpp"

namespace slab {

/// Nothing interrupts who is in a cache and asks the same cache for something, nor moves it to another processor.
///
/// open() and close() tell a sanitizer which bytes may be touched, from a multiple of 8 on; without one they do
/// nothing.
template <class W>
concept World = base::RankedLock<typename W::Lock> && requires(std::byte* place, base::usize bytes) {
    { W::cpu_index() } -> std::same_as<base::u32>; ///< below the count of processors
    { W::kDepotLock } -> std::convertible_to<const base::LockClass&>;
    { W::kLargestOrder } -> std::convertible_to<base::u32>; ///< of blocks for more than one object
    { W::kPatterns } -> std::convertible_to<bool>;          ///< free objects are filled, and red zones lie between
    { W::open(place, bytes) };
    { W::close_object(place, bytes) };                    ///< a free object
    { W::close_red_zone(place, bytes) };                  ///< what is never the user's
    { W::check_is_open(place, bytes) };                   ///< reports that something is freed which is free
    { W::bypasses_magazines() } -> std::same_as<bool>;    ///< every allocation goes to the depot
    { W::is_allocation_refused() } -> std::same_as<bool>; ///< this one fails, to see what then happens
};

} // namespace slab
