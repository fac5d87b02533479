/// What runs when an interrupt vector is taken: one table for each processor.
#pragma once

#include <array>
#include <atomic>
#include <span>

#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::interrupt {

/// A function with its object.
struct Handler {
    void (*run)(void* context) = nullptr;
    void* context = nullptr;
};

/// Any processor may allocate; everything else is done by the table's own processor, with interrupts off.
class VectorTable {
  public:
    /// As many messages as one device can send by MSI.
    static constexpr base::usize kMaximumBlock = 32;

    VectorTable();

    /// The handler of a vector that the kernel keeps for itself.
    void set(base::u8 vector, Handler handler);

    /// Gives `handler` a vector of those for devices. NoMemory when all are taken. From any processor.
    base::Result<base::u8> allocate(Handler handler);

    /// Gives each of `handlers` its vector, in a row from the one returned, which is a multiple of their number: a
    /// power of two up to kMaximumBlock, else InvalidArgument. NoMemory when there is no such row. From any processor.
    base::Result<base::u8> allocate_block(std::span<const Handler> handlers);

    /// The vector may be given to another. Its device must be silent: an interrupt that waits already is swallowed,
    /// and the vector is free only when that has come.
    void release(base::u8 vector);

    /// Runs the handler of `vector`. Without one it counts and, now and then, logs: never fatal.
    void dispatch(base::u8 vector);

    /// How many came at a vector that nobody has.
    [[nodiscard]] base::u64 unexpected() const { return unexpected_; }

    /// How many vectors for devices are free. From any processor; it may be another number soon.
    [[nodiscard]] base::u32 free_count() const;

  private:
    static constexpr base::usize kVectors = 256 - Arch::kFirstInterrupt;
    static constexpr base::u32 kBits = 64;

    /// `run` is written last and read first: who sees it sees the context.
    struct Slot {
        std::atomic<void (*)(void* context)> run{nullptr};
        void* context = nullptr;
    };

    Slot& at(base::u8 vector) { return slots_.at(vector - Arch::kFirstInterrupt); }

    base::Result<base::u8> take_row(base::u32 count);
    void give_back(base::u8 vector);
    void note_unexpected(base::u8 vector);

    /// A bit for each vector: set if it is given out, or not for devices.
    std::array<std::atomic<base::u64>, 256 / kBits> taken_{};
    std::array<Slot, kVectors> slots_{};
    base::u64 unexpected_ = 0;
};

} // namespace kernel::interrupt
