/// One entry of a capability table: one cache line.
#pragma once

#include <atomic>

#include "abi/handle.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "base/bit_field.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/capability/contents.hpp"
#include "libs/capability/node.hpp"
#include "libs/capability/target.hpp"

namespace capability {

/// All that an invocation tests first, in one word.
struct SlotLayout : base::BitLayout<SlotLayout, base::u64> {
    using Generation = Field<0, abi::Handle::kGenerationBits, base::u32>;
    using Live = Field<26, 1, bool>; ///< holds a capability that can be invoked
    using Dead = Field<27, 1, bool>; ///< was revoked; the slot is free when its grace period is over
    using Held = Field<28, 1, bool>; ///< reserved for a capability that is on its way, or dead and given up
    using Kind = Field<32, 8, abi::ObjectKind>;
    using Permissions = Field<40, 6, base::u8>;
    using Effective = Field<48, 6, base::u8>;
};

using SlotState = base::Bits<SlotLayout>;

/// Read without a lock through its state; changed under the lock of its table, and of its object's tree as far as
/// another table's holder can change it: both may only end it.
class alignas(64) Slot : public Node {
  public:
    [[nodiscard]] SlotState state() const { return SlotState{state_.load(std::memory_order_acquire)}; }

    [[nodiscard]] bool is_live() const { return state().get<SlotLayout::Live>(); }

    /// Of a live slot, or of one that was live when this processor entered the kernel.
    [[nodiscard]] Contents contents() const {
        const SlotState now = state();
        return {target_, abi::Permissions{now.get<SlotLayout::Permissions>()},
                abi::Permissions{now.get<SlotLayout::Effective>()}, qualifier_, base::Nanoseconds{expiry()}};
    }

    [[nodiscard]] Target& target() const { return *target_; }

    [[nodiscard]] base::u64 qualifier() const { return qualifier_; }

    [[nodiscard]] base::u64 expiry() const { return expiry_.load(std::memory_order_relaxed); }

    /// Only to an earlier time.
    void set_expiry(base::Nanoseconds expiry) { expiry_.store(expiry.value(), std::memory_order_relaxed); }

    /// What policy leaves of the permissions now.
    void set_effective(abi::Permissions effective) {
        change([effective](SlotState old) { return old.with<SlotLayout::Effective>(effective.bits); });
    }

    /// From now on it cannot be invoked; it keeps its place in the tree until its grace period is over.
    void kill() {
        change([](SlotState old) { return old.with<SlotLayout::Live>(false).with<SlotLayout::Dead>(true); });
    }

  private:
    template <class Memory>
    friend class Table;

    /// Publishes: whoever sees the live state sees the rest.
    void fill(const Contents& contents, abi::ObjectKind kind) {
        target_ = contents.target;
        qualifier_ = contents.qualifier;
        set_expiry(contents.expiry);
        store(SlotState{}
                  .with<SlotLayout::Generation>(state().get<SlotLayout::Generation>())
                  .with<SlotLayout::Live>(true)
                  .with<SlotLayout::Kind>(kind)
                  .with<SlotLayout::Permissions>(contents.permissions.bits)
                  .with<SlotLayout::Effective>(contents.effective.bits));
    }

    void store(SlotState state) { state_.store(state.raw(), std::memory_order_release); }

    template <class Change>
    void change(Change next) {
        base::u64 old = state_.load(std::memory_order_relaxed);
        while (!state_.compare_exchange_weak(old, next(SlotState{old}).raw(), std::memory_order_acq_rel)) {
        }
    }

    std::atomic<base::u64> state_{0};
    Target* target_ = nullptr;
    base::u64 qualifier_ = 0; ///< of a free slot: the next free one
    std::atomic<base::u64> expiry_{0};
};

static_assert(sizeof(Slot) == 64);

/// Ends a live capability: it cannot be invoked any more, and its children move up to its parent. Its owner recycles
/// the slot after the grace period. Under the lock of its target's tree.
inline void drop(Slot& slot) {
    slot.target().remove(slot);
    slot.kill();
}

} // namespace capability
