#include "libs/hyperv/reference_page.hpp"

namespace hyperv {

using base::Error;
using base::i64;
using base::Nanoseconds;
using base::Result;
using base::u32;
using base::u64;

namespace {

constexpr int kLooks = 1000;
constexpr u64 kNanosecondsPerUnit = 100;

u64 upper_half(u64 a, u64 b) { return static_cast<u64>(static_cast<unsigned __int128>(a) * b >> 64); }

/// Units per tick with 64 bits of fraction, as nanoseconds per tick with 32.
u64 multiplier_of(u64 scale) {
    return static_cast<u64>(static_cast<unsigned __int128>(scale) * kNanosecondsPerUnit >> 32);
}

} // namespace

Result<ReferencePage::Reading> ReferencePage::read(u64 ticks) const {
    for (int look = 0; look < kLooks; ++look) {
        const u32 before = sequence_.load(std::memory_order_acquire);
        const u64 scale = scale_.load(std::memory_order_relaxed);
        const i64 offset = offset_.load(std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (before == 0) {
            return Error::Unsupported;
        }
        if (sequence_.load(std::memory_order_relaxed) == before) {
            const u64 multiplier = TRY(timekeeping::TickScale::from_multiplier(multiplier_of(scale))).multiplier();
            const u64 units = upper_half(ticks, scale) + static_cast<u64>(offset);
            return Reading{{ticks, Nanoseconds{units * kNanosecondsPerUnit}, multiplier}, before};
        }
    }
    return Error::BadState;
}

void ReferencePage::write(u32 sequence, u64 scale, i64 offset) {
    scale_.store(scale, std::memory_order_relaxed);
    offset_.store(offset, std::memory_order_relaxed);
    sequence_.store(sequence, std::memory_order_release);
}

} // namespace hyperv
