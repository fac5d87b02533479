/// What the host says of how a processor fares: [kvm] msr.rst, MSR_KVM_STEAL_TIME.
#pragma once

#include <array>
#include <atomic>

#include "base/types.hpp"
#include "base/units.hpp"

namespace kvm {

/// struct kvm_steal_time, one for each processor, at an address that is a multiple of 64.
class alignas(64) StealTime {
  public:
    /// For how long the processor could have run and others did. Since the record was registered.
    [[nodiscard]] base::Nanoseconds stolen() const {
        for (;;) {
            const base::u32 before = version_.load(std::memory_order_acquire);
            const base::Nanoseconds time{time_.load(std::memory_order_relaxed)};
            std::atomic_thread_fence(std::memory_order_acquire);
            if ((before & 1) == 0 && version_.load(std::memory_order_relaxed) == before) {
                return time;
            }
        }
    }

    /// Whether the host has taken the processor away. Of one that waits in HLT, older hosts say so too.
    [[nodiscard]] bool is_preempted() const { return (state_.load(std::memory_order_acquire) & kPreempted) != 0; }

    /// If the processor does not run, has the host flush its translations before it runs again. False: it runs, and
    /// must be told itself. [kvm] cpuid.rst, KVM_FEATURE_PV_TLB_FLUSH.
    bool flush_on_entry() {
        base::u8 state = state_.load(std::memory_order_acquire);
        while ((state & kPreempted) != 0) {
            // Fails if the host lets the processor run meanwhile: it takes the whole byte with one exchange.
            if (state_.compare_exchange_weak(state, static_cast<base::u8>(state | kFlush))) {
                return true;
            }
        }
        return false;
    }

    /// What the host does; here for tests.
    void set(base::u64 stolen, bool preempted) {
        time_.store(stolen, std::memory_order_relaxed);
        state_.store(preempted ? kPreempted : 0, std::memory_order_release);
    }

    /// The host's exchange when it lets the processor run; whether it has to flush. Here for tests.
    bool take_flush() { return (state_.exchange(0) & kFlush) != 0; }

  private:
    static constexpr base::u8 kPreempted = 1;
    static constexpr base::u8 kFlush = 2;

    std::atomic<base::u64> time_{0};
    std::atomic<base::u32> version_{0};
    [[maybe_unused]] base::u32 flags_ = 0;
    std::atomic<base::u8> state_{0};
    [[maybe_unused]] std::array<base::u8, 47> padding_{};
};

static_assert(sizeof(StealTime) == 64);

} // namespace kvm
