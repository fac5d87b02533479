/// What runs when an interrupt vector is taken: one table for each processor.
#pragma once

#include <array>

#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::interrupt {

/// A function with its object.
struct Handler {
    void (*run)(void* context) = nullptr;
    void* context = nullptr;
};

/// Changed and used by its own processor only, with interrupts off.
class VectorTable {
  public:
    /// The handler of a vector that the kernel keeps for itself.
    void set(base::u8 vector, Handler handler);

    /// Gives `handler` a vector of those for devices. NoMemory when all are taken.
    base::Result<base::u8> allocate(Handler handler);

    /// The vector may be given to another; until then what comes at it is unexpected.
    void release(base::u8 vector);

    /// Runs the handler of `vector`. Without one it counts and, now and then, logs: never fatal.
    void dispatch(base::u8 vector);

    /// How many came at a vector that nobody has.
    [[nodiscard]] base::u64 unexpected() const { return unexpected_; }

    /// How many vectors for devices are free.
    [[nodiscard]] base::u32 free_count() const;

  private:
    static constexpr base::usize kVectors = 256 - Arch::kFirstInterrupt;

    Handler& at(base::u8 vector) { return handlers_.at(vector - Arch::kFirstInterrupt); }

    void note_unexpected(base::u8 vector);

    std::array<Handler, kVectors> handlers_{};
    base::u64 unexpected_ = 0;
};

} // namespace kernel::interrupt
