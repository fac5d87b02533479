/// Which processors one KVM_HC_SEND_IPI interrupts: [kvm] hypercalls.rst, 6.
#pragma once

#include <algorithm>

#include "base/types.hpp"

namespace kvm {

/// 128 processors by APIC id, from `first` on.
struct IpiBatch {
    base::u64 low = 0;
    base::u64 high = 0;
    base::u32 first = 0;
};

/// Gathers APIC ids into as few batches as their order allows: ids that ascend, or lie near each other, share one.
/// `Send` is called with an IpiBatch whenever one is full, and by finish().
///
///     IpiBatches batches([&](const IpiBatch& batch) { … });
///     cpus.for_each([&](u32 cpu) { batches.add(id_of(cpu)); });
///     batches.finish();
template <class Send>
class IpiBatches {
  public:
    explicit IpiBatches(Send send) : send_(send) {}

    void add(base::u32 id) {
        if (members_ != 0 && !takes(id)) {
            finish();
        }
        if (members_ == 0) {
            first_ = last_ = id;
        }
        if (id < first_) {
            members_ <<= first_ - id;
            first_ = id;
        }
        last_ = std::max(last_, id);
        members_ |= Set{1} << (id - first_);
    }

    /// Sends what is left.
    void finish() {
        if (members_ != 0) {
            constexpr unsigned kHalf = 64;
            send_(IpiBatch{static_cast<base::u64>(members_), static_cast<base::u64>(members_ >> kHalf), first_});
        }
        members_ = 0;
    }

  private:
    using Set = unsigned __int128;

    static constexpr base::u32 kMembers = 128;

    /// Whether `id` fits besides those that are there.
    [[nodiscard]] bool takes(base::u32 id) const { return std::max(last_, id) - std::min(first_, id) < kMembers; }

    Send send_;
    Set members_ = 0;
    base::u32 first_ = 0;
    base::u32 last_ = 0;
};

} // namespace kvm
