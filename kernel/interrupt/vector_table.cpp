#include "kernel/interrupt/vector_table.hpp"

#include <bit>

#include "base/assert.hpp"
#include "kernel/core/log_line.hpp"

namespace kernel::interrupt {

using base::u8;

void VectorTable::set(u8 vector, Handler handler) { at(vector) = handler; }

base::Result<u8> VectorTable::allocate(Handler handler) {
    for (u8 vector = Arch::kFirstDeviceVector; vector <= Arch::kLastDeviceVector; ++vector) {
        if (at(vector).run == nullptr) {
            at(vector) = handler;
            return vector;
        }
    }
    return base::Error::NoMemory;
}

void VectorTable::release(u8 vector) {
    ASSERT(at(vector).run != nullptr, "a vector that nobody has is released");
    at(vector) = {};
}

void VectorTable::dispatch(u8 vector) {
    if (const Handler handler = at(vector); handler.run != nullptr) {
        handler.run(handler.context);
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

base::u32 VectorTable::free_count() const {
    base::u32 count = 0;
    for (base::usize vector = Arch::kFirstDeviceVector; vector <= Arch::kLastDeviceVector; ++vector) {
        count += handlers_.at(vector - Arch::kFirstInterrupt).run == nullptr ? 1 : 0;
    }
    return count;
}

} // namespace kernel::interrupt
