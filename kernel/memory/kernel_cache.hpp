/// Slab caches as the kernel uses them.
///
///     KernelCache<Event> events(kernel.frame_source, kernel.random.next());
///     TRY(events.start(kernel.processors.count()));
#pragma once

#include "base/lock_order.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/memory/refusal.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "libs/slab/cache.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: names bytes of a slot for the sanitizer, and touches none.

namespace kernel::memory {

/// Interrupts are off wherever the kernel allocates, so a processor's magazines are its own without a lock.
struct KernelSlabs {
    using Lock = core::KernelLock;
    static constexpr const base::LockClass& kDepotLock = core::kSlabDepotLock;
    /// A slab is one frame.
    static constexpr base::u32 kLargestOrder = 0;
    /// In debug kernels.
    static constexpr bool kPatterns = base::kCheckLockOrder;

    static base::u32 cpu_index() { return static_cast<base::u32>(Arch::cpu_index()); }

    static void open(std::byte* place, base::usize bytes) { sanitizer::unpoison({place, bytes}); }

    static void close_object(std::byte* place, base::usize bytes) {
        sanitizer::poison({place, bytes}, sanitizer::Poison::FreeObject);
    }

    static void close_red_zone(std::byte* place, base::usize bytes) {
        sanitizer::poison({place, bytes}, sanitizer::Poison::Redzone);
    }

    static void check_is_open(std::byte* place, base::usize bytes) { sanitizer::check_not_freed({place, bytes}); }

    static bool bypasses_magazines() { return may_allocations_be_refused(); }

    static bool is_allocation_refused() { return memory::is_allocation_refused(); }
};

template <class T>
using KernelCache = slab::Cache<T, KernelSlabs>;

} // namespace kernel::memory

#pragma clang unsafe_buffer_usage end
