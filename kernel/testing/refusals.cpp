#include "kernel/testing/refusals.hpp"

#include <algorithm>
#include <span>

#include "base/address.hpp"
#include "base/assert.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/memory/refusal.hpp"

namespace kernel::testing {

namespace {

using base::u32;
using base::u64;
using base::usize;

/// Return addresses that tell one place from another.
constexpr usize kDepth = 5;

constinit Refusals the_refusals{};

/// Never 0.
u64 caller_chain() {
    Arch::FrameAddresses space;
    const auto addresses = Arch::walk_stack(base::address_of(__builtin_frame_address(0)), space);
    u64 hash = 0xcbf29ce484222325; // FNV-1a
    for (const u64 address : addresses.first(std::min(kDepth, addresses.size()))) {
        hash = (hash ^ address) * 0x100000001b3;
    }
    return hash | 1;
}

} // namespace

Refusals& refusals() { return the_refusals; }

void Refusals::begin() {
    refused_ = 0;
    active_ = true;
}

u32 Refusals::end() {
    active_ = false;
    return refused_;
}

bool Refusals::note(u64 place) {
    for (u64 at = place % kMost;; at = (at + 1) % kMost) {
        if (places_.at(at) == place) {
            return false;
        }
        if (places_.at(at) == 0) {
            ASSERT(count_ < kMost / 2, "more places allocate than are counted");
            places_.at(at) = place;
            ++count_;
            return true;
        }
    }
}

bool Refusals::refuse() {
    if (Arch::cpu_index() != 0 || !note(caller_chain())) {
        return false;
    }
    ++refused_;
    return true;
}

} // namespace kernel::testing

bool kernel::memory::is_allocation_refused() { return testing::refusals().is_active() && testing::refusals().refuse(); }

bool kernel::memory::may_allocations_be_refused() { return testing::refusals().is_active(); }
