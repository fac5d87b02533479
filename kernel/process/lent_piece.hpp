/// How a method copies a piece of what it reads into a Memory that its caller lends.
#pragma once

#include "abi/debug.hpp"
#include "kernel/process/begin_operation.hpp"

namespace kernel::process {

/// The Memory in slot 0, into which [offset, offset + bytes) may be written. OutOfRange: the capability does not show
/// that; else as resolve_lent().
inline base::Result<object::Memory*> lent_destination(const Invocation& call, base::u64 offset, base::u64 bytes) {
    const Lent lent = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, abi::kWrite));
    if (!is_shown(lent.slot.qualifier(), offset, bytes)) {
        return base::Error::OutOfRange;
    }
    return &*static_cast<MemoryObject&>(lent.slot.target());
}

/// Writes `content` to `memory` at `offset`, and answers `piece` with as many of its entries, of `unit` bytes, as were
/// written.
inline base::Result<Progress> give_piece(const Invocation& call, object::Memory& memory, base::u64 offset,
                                         std::span<const std::byte> content, base::usize unit,
                                         const abi::DebugPiece& piece) {
    return begin_operation(
        call, [&](Operation& operation) { return memory.write(base::Bytes{offset}, content, operation.sweep()); },
        [&](Answer& answer, const memory_object::Progress& progress) {
            abi::DebugPiece copied = piece;
            copied.next = piece.position + (progress.next - offset) / unit;
            answer.give(copied);
        });
}

} // namespace kernel::process
