/// Page frames of the machine.
///
///     const PhysicalAddress frame = TRY(frames.allocate_zeroed());
///     const PhysicalAddress huge = TRY(frames.allocate({.order = 9}));
///     frames.free(frame);
#pragma once

#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/memory/early_frames.hpp"
#include "kernel/memory/frame_store.hpp"
#include "kernel/memory/memory_nodes.hpp"
#include "kernel/memory/refusal.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/frame/allocator.hpp"

namespace kernel::memory {

/// All frames, from any processor. Under KASAN a free frame is poisoned. Three steps at boot: initialize(), when only
/// single frames are to be had and none is taken back; open(), when the kernel's tables are in force; and
/// add_processors(), after which each processor has a cache and most calls take no lock.
class FrameAllocator {
  public:
    /// Takes the usable ranges of `map` from `first_usable` on; `map` must outlive the allocator. Nothing is touched
    /// yet, so the cost does not depend on how much memory there is.
    void initialize(const boot::MemoryMap& map, base::PhysicalAddress first_usable) {
        early_.initialize(map, first_usable);
    }

    /// What was not handed out so far is in the lists of its nodes now. NoMemory if it does not suffice for the first
    /// records.
    base::Result<void> open(const MemoryNodes& nodes);

    /// Gives each processor a cache; `node_of[i]` is the node of processor i. NoMemory.
    base::Result<void> add_processors(std::span<const base::u8> node_of);

    /// One frame, contents undefined, near the processor that runs. NoMemory when none is left.
    [[gnu::always_inline]] base::Result<base::PhysicalAddress> allocate() {
        if (is_allocation_refused()) [[unlikely]] {
            return base::Error::NoMemory;
        }
        return allocate_unrefused();
    }

    /// A block of 2^order frames, aligned to its size, contents undefined. InvalidArgument: no such order or node;
    /// NoMemory.
    base::Result<base::PhysicalAddress> allocate(const frame::Request& request);

    /// One frame of zeros.
    base::Result<base::PhysicalAddress> allocate_zeroed();

    /// `count` frames in a row, contents undefined. Freed by free_contiguous(). InvalidArgument: none, or more than
    /// 1 GiB; NoMemory.
    base::Result<base::PhysicalAddress> allocate_contiguous(base::Pages count, const frame::Policy& policy = {});

    /// Takes back a frame or block that its caller alone holds.
    [[gnu::always_inline]] void free(base::PhysicalAddress address) {
        const frame::Number number = frame::frame_at(address);
        poison(number);
        if (!has_cache() || !own_cache().give(allocator_.records().at(number))) [[unlikely]] {
            free_slowly(number);
        }
    }

    /// Takes back what allocate_contiguous() gave.
    void free_contiguous(base::PhysicalAddress first, base::Pages count);

    /// One more holds the frame or block.
    void share(base::PhysicalAddress address) { record(address).add_reference(); }

    /// One holds it no longer; the last one frees it.
    void release(base::PhysicalAddress address);

    /// Makes a block of at most 2 MiB, which its caller alone holds, single frames of the same owner. InvalidArgument:
    /// it is larger; NoMemory.
    base::Result<void> split(base::PhysicalAddress block) { return allocator_.split(frame::frame_at(block)); }

    /// Owner, order, references, temperature and generation of a frame or block that is handed out.
    [[nodiscard]] frame::Record& record(base::PhysicalAddress address) {
        return allocator_.records().at(frame::frame_at(address));
    }

    /// From now on each node wants `frames` frames of zeros, made by processors that have nothing else to do.
    void want_zeroed(base::u64 frames) { wanted_zeroed_ = frames; }

    /// Fills one frame with zeros for the pool of the processor's node. False: there is nothing to do.
    bool zero_one();

    /// From now on memory is short while fewer than so many are free; 0: never.
    void want_free(base::Pages frames) { wanted_free_ = frames.value(); }

    [[nodiscard]] bool is_short();

    /// Whether a request with `policy` can be served by any node of this machine.
    [[nodiscard]] bool is_possible(const frame::Policy& policy) const {
        return policy.kind == frame::Policy::Kind::Local || (policy.nodes & ((1U << node_count()) - 1)) != 0;
    }

    /// Memory that comes and goes: the physical map shows it already. Slots and errors as of frame::Allocator.
    base::Result<base::u16> add_range(base::PhysicalAddress start, base::Bytes size, base::u8 node) {
        return allocator_.add_range(frame::frame_at(start), frame::frame_at(start + size), node);
    }

    base::Result<base::u16> find_range(base::PhysicalAddress address) {
        return allocator_.find_range(frame::frame_at(address));
    }

    base::Result<frame::OfflineProgress> offline_range(base::u16 slot) { return allocator_.offline_range(slot); }

    base::Result<bool> online_range(base::u16 slot) { return allocator_.online_range(slot); }

    base::Result<void> remove_range(base::u16 slot) { return allocator_.remove_range(slot); }

    /// Frames handed out and not returned. Exact while no other processor allocates.
    [[nodiscard]] base::Pages used();

    /// Frames of a node; what caches hold counts as used, what they handed out as local.
    [[nodiscard]] frame::Counts counts(base::u32 node);

    [[nodiscard]] base::u32 node_count() const { return allocator_.node_count(); }

    [[nodiscard]] base::u64 zeroed(base::u8 node) { return allocator_.zeroed(node); }

    /// From now on frames are poisoned while free: their shadow exists. All that were never handed out are poisoned
    /// now.
    void start_poisoning();

  private:
    using Allocator = frame::Allocator<core::KernelLock, core::kFrameRangesLock, core::kFrameDepotLock>;

    /// Whether the processor that runs has a cache: all have, or none.
    [[nodiscard]] bool has_cache() const { return Arch::cpu_index() < caches_.size(); }

    [[nodiscard]] frame::CpuCache& own_cache() const { return *caches_[Arch::cpu_index()]; }

    [[nodiscard]] frame::CpuCache* cache_or_null() const { return has_cache() ? &own_cache() : nullptr; }

    [[gnu::always_inline]] base::Result<base::PhysicalAddress> allocate_unrefused() {
        if (has_cache()) [[likely]] {
            if (const frame::Record* const record = own_cache().take()) [[likely]] {
                return hand_out(allocator_.records().number_of(*record), 0);
            }
        }
        return allocate_slowly();
    }

    base::Result<base::PhysicalAddress> allocate_slowly();
    void free_slowly(frame::Number number);

    [[nodiscard]] base::PhysicalAddress hand_out(frame::Number number, unsigned order) const {
        const base::PhysicalAddress address = frame::address_of_frame(number);
        if (poisoning_) {
            sanitizer::unpoison(Arch::physical_bytes(address, base::Pages{frame::frames_in(order)}.bytes()));
        }
        return address;
    }

    /// Before it is given back: then it may be another's at once.
    void poison(frame::Number number) const {
        if (poisoning_) {
            poison_block(number);
        }
    }

    void poison_block(frame::Number number) const;
    base::Result<void> add_rest(const MemoryNodes& nodes);
    base::Result<void> make_caches(std::span<const base::u8> node_of, base::u8 node,
                                   std::span<frame::CpuCache*> caches);
    base::Result<base::PhysicalAddress> take_early();

    std::span<frame::CpuCache*> caches_; ///< by processor
    bool poisoning_ = false;
    bool is_open_ = false;
    base::u64 wanted_zeroed_ = 0;
    base::u64 wanted_free_ = 0;
    EarlyFrames early_;
    FrameStore store_;
    Allocator allocator_;
};

} // namespace kernel::memory
