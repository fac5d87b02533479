#include "kernel/interrupt/vector_table.hpp"

#include <bit>

#include "base/assert.hpp"
#include "kernel/core/log_line.hpp"

namespace kernel::interrupt {

using base::u32;
using base::u64;
using base::u8;
using base::usize;

namespace {

/// The handler of a vector that was released while its interrupt waited.
void swallow(void*) {}

u64 row_of(u32 count) { return count == 64 ? ~u64{0} : (u64{1} << count) - 1; }

} // namespace

VectorTable::VectorTable() {
    for (u32 vector = 0; vector < 256; ++vector) {
        const bool for_devices = vector >= Arch::kFirstDeviceVector && vector <= Arch::kLastDeviceVector;
        taken_.at(vector / kBits) |= for_devices ? 0 : u64{1} << vector % kBits;
    }
}

void VectorTable::set(u8 vector, Handler handler) {
    at(vector).context = handler.context;
    at(vector).run.store(handler.run, std::memory_order_release);
}

base::Result<u8> VectorTable::take_row(u32 count) {
    for (u32 first = 0; first < 256; first += count) {
        const u64 row = row_of(count) << first % kBits;
        auto& word = taken_.at(first / kBits);
        u64 seen = word.load(std::memory_order_relaxed);
        // Acquire: what the last owner's processor wrote into the slots came before.
        while ((seen & row) == 0) {
            if (word.compare_exchange_weak(seen, seen | row, std::memory_order_acquire, std::memory_order_relaxed)) {
                return static_cast<u8>(first);
            }
        }
    }
    return base::Error::NoMemory;
}

base::Result<u8> VectorTable::allocate(Handler handler) { return allocate_block({&handler, 1}); }

base::Result<u8> VectorTable::allocate_block(std::span<const Handler> handlers) {
    if (!std::has_single_bit(handlers.size()) || handlers.size() > kMaximumBlock) {
        return base::Error::InvalidArgument;
    }
    const u8 first = TRY(take_row(static_cast<u32>(handlers.size())));
    for (usize number = 0; number < handlers.size(); ++number) {
        set(static_cast<u8>(first + number), handlers[number]);
    }
    return first;
}

void VectorTable::release(u8 vector) {
    ASSERT(at(vector).run.load(std::memory_order_relaxed) != nullptr, "a vector that nobody has is released");
    if (Arch::is_interrupt_waiting(vector)) {
        set(vector, {swallow, nullptr});
    } else {
        give_back(vector);
    }
}

void VectorTable::give_back(u8 vector) {
    at(vector).run.store(nullptr, std::memory_order_relaxed);
    taken_.at(vector / kBits).fetch_and(~(u64{1} << vector % kBits), std::memory_order_release);
}

void VectorTable::dispatch(u8 vector) {
    Slot& slot = at(vector);
    auto* const run = slot.run.load(std::memory_order_acquire);
    if (run == swallow) {
        Arch::end_of_interrupt();
        give_back(vector);
    } else if (run != nullptr) {
        run(slot.context);
    } else {
        note_unexpected(vector);
    }
}

void VectorTable::note_unexpected(u8 vector) {
    // Or the controller would hold back every interrupt of a lower vector for ever.
    Arch::end_of_interrupt();
    ++unexpected_;
    // The first, the second, the fourth …: a storm must not fill the log.
    if (std::has_single_bit(unexpected_)) {
        LOG_WARNING("cpu {}: interrupt at vector {}, which nobody has; {} of such so far", Arch::cpu_index(), vector,
                    unexpected_);
    }
}

u32 VectorTable::free_count() const {
    u32 taken = 0;
    for (const auto& word : taken_) {
        taken += static_cast<u32>(std::popcount(word.load(std::memory_order_relaxed)));
    }
    return 256 - taken;
}

} // namespace kernel::interrupt
