/// Objects of one type.
///
///     Cache<Event, KernelSlabs> events(source, secret);
///     TRY(events.start(processors));
///     auto event = TRY(events.create(budget, mask));      // Owned; goes back to the cache and the budget
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "base/owned.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "libs/budget/budget.hpp"
#include "libs/slab/object_cache.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: an object stands at the start of its slot, and at the slot's end who pays for it.

namespace slab {

/// Each object pays its slot to the budget it was created for, for life. Threads and lifetime as for ObjectCache.
template <class T, World W>
class Cache {
    static constexpr Shape kShape{.object_bytes = sizeof(T),
                                  .alignment = alignof(T),
                                  .red_zone_bytes = W::kPatterns ? kRedZoneBytes : 0,
                                  .tail_bytes = sizeof(budget::Budget*),
                                  .largest_order = W::kLargestOrder};
    using Objects = ObjectCache<W, kShape>;

  public:
    /// What one object costs its budget.
    static constexpr base::u64 kCharge = Objects::kGeometry.slot_bytes;

    /// For Owned.
    class Destroy {
      public:
        Destroy() = default;

        explicit Destroy(Cache& cache) : cache_(&cache) {}

        void operator()(T& object) const { cache_->destroy(object); }

      private:
        Cache* cache_ = nullptr;
    };

    using Handle = base::Owned<T, Destroy>;

    Cache(PageSource& source, base::u64 secret) : objects_(source, secret) {}

    base::Result<void> start(base::u32 processors) { return objects_.start(processors); }

    /// A new object, which `payer` pays for; `payer` must outlive it. NoMemory, or what charge() refuses with: then
    /// nothing is charged.
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    base::Result<Handle> create(budget::Budget& payer, Arguments&&... arguments) {
        return Handle(*TRY(make(payer, std::forward<Arguments>(arguments)...)), Destroy(*this));
    }

    /// A new object of the kernel's own, which nobody pays for.
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    base::Result<Handle> create_free(Arguments&&... arguments) {
        return Handle(*TRY(make_free(std::forward<Arguments>(arguments)...)), Destroy(*this));
    }

    /// The same two for who links objects into structures of its own, and calls destroy() when one ends.
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    [[gnu::always_inline]] base::Result<T*> make(budget::Budget& payer, Arguments&&... arguments) {
        TRY(payer.charge(budget::Kind::Memory, kCharge));
        return make_charged(payer, std::forward<Arguments>(arguments)...);
    }

    /// The same when kCharge was charged to `payer` already; it is given back if this fails.
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    [[gnu::always_inline]] base::Result<T*> make_charged(budget::Budget& payer, Arguments&&... arguments) {
        const auto place = objects_.allocate();
        if (!place) [[unlikely]] {
            payer.release(budget::Kind::Memory, kCharge);
            return place.error();
        }
        set_payer(*place, &payer);
        return ::new (*place) T(std::forward<Arguments>(arguments)...);
    }

    template <class... Arguments>
        requires std::constructible_from<T, Arguments...>
    [[gnu::always_inline]] base::Result<T*> make_free(Arguments&&... arguments) {
        std::byte* const place = TRY(objects_.allocate());
        set_payer(place, nullptr);
        return ::new (place) T(std::forward<Arguments>(arguments)...);
    }

    /// The same with counted owners; T::destroy() calls destroy() of this cache.
    template <class... Arguments>
        requires std::constructible_from<T, Arguments...> && std::derived_from<T, base::RefCounted<T>>
    base::Result<base::RefPtr<T>> create_counted(budget::Budget& payer, Arguments&&... arguments) {
        return base::RefPtr<T>::adopt(*TRY(make(payer, std::forward<Arguments>(arguments)...)));
    }

    /// Ends an object of this cache that has no owner any more.
    [[gnu::always_inline]] void destroy(T& object) {
        std::destroy_at(&object);
        auto* const place = reinterpret_cast<std::byte*>(&object);
        budget::Budget* const payer = payer_of(place);
        objects_.free(place);
        if (payer != nullptr) {
            payer->release(budget::Kind::Memory, kCharge);
        }
    }

    void trim() { objects_.trim(); }

    [[nodiscard]] base::usize blocks() { return objects_.blocks(); }

  private:
    using Payer = budget::Budget*;

    static void set_payer(std::byte* place, Payer payer) {
        std::byte* const tail = Objects::tail_of(place);
        W::open(tail, sizeof(Payer));
        ::new (tail) Payer(payer);
        W::close_red_zone(tail, sizeof(Payer));
    }

    static Payer payer_of(std::byte* place) {
        std::byte* const tail = Objects::tail_of(place);
        W::open(tail, sizeof(Payer));
        budget::Budget* const payer = *std::launder(reinterpret_cast<Payer*>(tail));
        W::close_red_zone(tail, sizeof(Payer));
        return payer;
    }

    Objects objects_;
};

} // namespace slab

#pragma clang unsafe_buffer_usage end
