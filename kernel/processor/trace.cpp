#include "kernel/processor/trace.hpp"

#include <new>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::processor {

using base::Bytes;
using base::Result;
using base::u32;
using base::u64;

static_assert(sizeof(Processor::TraceRing) <= 16 * base::kPageSize);

namespace {

/// Another processor may do the same just now: then one of the two is given back.
Result<void> prepare(Processor& processor) {
    auto& frames = core::kernel().frames;
    const base::Pages pages = base::Pages::holding(Bytes{sizeof(Processor::TraceRing)});
    const auto place = TRY(frames.allocate_contiguous(pages));
    auto* const made = ::new (Arch::physical_bytes(place, pages.bytes()).data()) Processor::TraceRing;
    Processor::TraceRing* none = nullptr;
    if (!processor.trace_ring.compare_exchange_strong(none, made, std::memory_order_acq_rel)) {
        frames.free_contiguous(place, pages);
    }
    return {};
}

} // namespace

Result<bool> Trace::start(u64 kinds) {
    ProcessorTable& processors = core::kernel().processors;
    for (u32 index = 0; index < processors.count(); ++index) {
        if (processors.at(index).trace_ring.load(std::memory_order_relaxed) == nullptr) {
            TRY(prepare(processors.at(index)));
            return false;
        }
    }
    kinds_.store(kinds, std::memory_order_relaxed);
    return true;
}

Result<trace::Piece> Trace::read(u64 processor, u64 position, std::span<abi::TraceRecord> to) const {
    ProcessorTable& processors = core::kernel().processors;
    if (processor >= processors.count()) {
        return base::Error::OutOfRange;
    }
    const auto* const ring = processors.at(static_cast<u32>(processor)).trace_ring.load(std::memory_order_acquire);
    return ring == nullptr ? trace::Piece{.position = 0, .count = 0, .end = 0} : ring->read(position, to);
}

void Trace::add(abi::TraceKind kind, u32 detail, u64 first, u64 second) {
    if (auto* const ring = this_processor().trace_ring.load(std::memory_order_acquire); ring != nullptr) {
        ring->add({.ticks = Arch::read_cycle_counter(),
                   .kind = static_cast<u32>(kind),
                   .detail = detail,
                   .first = first,
                   .second = second});
    }
}

} // namespace kernel::processor
