/// What processors note of what happens on them, for whoever debugs.
///
///     kernel().trace.note(abi::TraceKind::Switch, 0, thread.id());
#pragma once

#include <atomic>
#include <span>

#include "abi/debug.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "libs/trace/trace_ring.hpp"

namespace kernel::processor {

/// One of it. While it is off, a note costs a test and a branch. Each processor's records stay in memory of its own,
/// that is allocated when tracing first starts and never given back.
class Trace {
  public:
    /// On the processor on which it happens, with interrupts off. abi::TraceKind says what the numbers are.
    [[gnu::always_inline]] void note(abi::TraceKind kind, base::u32 detail, base::u64 first, base::u64 second = 0) {
        if (is_on(kind)) [[unlikely]] {
            add(kind, detail, first, second);
        }
    }

    /// Whether note() does anything. Relaxed: a note more or less, when that changes, is as good.
    [[nodiscard]] bool is_on(abi::TraceKind kind) const {
        return (kinds_.load(std::memory_order_relaxed) & abi::trace_bit(kind)) != 0;
    }

    /// The `kinds`, a set of abi::trace_bit(), and no others are noted from now on. Prepares one processor each time:
    /// false, and nothing has changed, until all are. NoMemory.
    base::Result<bool> start(base::u64 kinds);

    void stop() { kinds_.store(0, std::memory_order_relaxed); }

    /// Copies what `processor` noted, see trace::TraceRing::read(). OutOfRange: there is no such processor.
    base::Result<trace::Piece> read(base::u64 processor, base::u64 position, std::span<abi::TraceRecord> to) const;

  private:
    /// Out of the way, and of the registers, of those who note nothing.
    [[gnu::noinline, gnu::cold, clang::preserve_most]] static void add(abi::TraceKind kind, base::u32 detail,
                                                                       base::u64 first, base::u64 second);

    std::atomic<base::u64> kinds_{0};
};

} // namespace kernel::processor
