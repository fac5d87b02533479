/// Frames on their way from one memory object to another.
#pragma once

#include "abi/arguments.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/process/operation.hpp"

namespace kernel::process {

/// Takes them out of the one, and puts them into the other when no processor writes to them any more through what
/// showed the first. Charged to the submitter.
class SupplyOperation final : object::Sweep {
  public:
    static constexpr base::u64 kMostPages = abi::kMostSupplied / base::kPageSize;
    static_assert(kMostPages == object::Memory::Content::kMaximumSupply);

    struct Move {
        base::RefPtr<object::Memory> to;
        base::u64 first;
        base::RefPtr<object::Memory> from;
        base::u64 source_first;
        base::u64 count; ///< at most kMostPages
        memory_object::Want grant;
    };

    /// Begins it; `operation` tells what it came to. Errors of Memory::give(), NoMemory, OverBudget: nothing was begun.
    static base::Result<void> begin(Operation& operation, budget::Budget& budget, Move&& move);

    /// For begin().
    SupplyOperation(Operation& operation, Move&& move)
        : Sweep(&SupplyOperation::taken), operation_(operation), move_(std::move(move)) {}

  private:
    static void taken(object::Sweep& sweep);
    base::Result<void> put();

    [[nodiscard]] std::span<base::PhysicalAddress> frames() { return std::span(frames_).first(move_.count); }

    Operation& operation_;
    Move move_;
    std::array<base::PhysicalAddress, kMostPages> frames_;
};

} // namespace kernel::process
