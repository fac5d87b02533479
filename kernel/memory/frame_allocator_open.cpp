// How the frame allocator comes to its memory and its processors.
#include <algorithm>
#include <new>

#include "kernel/memory/frame_allocator.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: objects and arrays made by placement in memory that was allocated for just so many.

namespace kernel::memory {

using base::Bytes;
using base::Pages;
using base::PhysicalAddress;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;
using base::VirtualAddress;

namespace {

/// For the first page of ranges and the first page of records, with all tables that lead to them.
constexpr int kEarlyStoreFrames = 8;

/// Of the part of a machine's memory that begins at `start`: where it ends, and whose it is.
struct Piece {
    PhysicalAddress end;
    u8 node;
};

Piece piece_at(const MemoryNodes& nodes, PhysicalAddress start, PhysicalAddress end) {
    Piece piece{end, 0};
    for (const NodeRange& range : nodes.ranges) {
        if (range.start <= start && start < range.end) {
            return {std::min(end, range.end), range.node};
        }
        if (start < range.start) {
            piece.end = std::min(piece.end, range.start);
        }
    }
    return piece;
}

} // namespace

Result<void> FrameAllocator::open(const MemoryNodes& nodes) {
    frame::Reserve reserve;
    for (int i = 0; i < kEarlyStoreFrames; ++i) {
        static_cast<void>(reserve.add(frame::frame_at(TRY(take_early())), 1));
    }
    TRY(store_.back(Arch::kFrameRangeRegion, reserve));
    TRY(store_.back(Arch::kFrameRecordRegion, reserve));
    allocator_.initialize(FrameStore::records(), FrameStore::ranges(), store_, nodes.topology);
    TRY(add_rest(nodes));
    is_open_ = true;
    return {};
}

Result<void> FrameAllocator::add_rest(const MemoryNodes& nodes) {
    Result<void> done;
    const PhysicalAddress limit{Arch::kPhysicalMapBytes.value()};
    early_.visit_rest([&](PhysicalAddress start, PhysicalAddress end) {
        for (PhysicalAddress next = start; done && next < std::min(end, limit);) {
            const Piece piece = piece_at(nodes, next, std::min(end, limit));
            const auto slot = add_range(next, piece.end - next, piece.node);
            done = slot ? Result<void>{} : Result<void>{slot.error()};
            next = piece.end;
        }
    });
    return done;
}

Result<void> FrameAllocator::add_processors(std::span<const u8> node_of) {
    const Bytes list_size{node_of.size() * sizeof(frame::CpuCache*)};
    const PhysicalAddress list = TRY(allocate_contiguous(Pages::holding(list_size)));
    auto* const first = ::new (Arch::physical_bytes(list, list_size).data()) frame::CpuCache* [node_of.size()] {};
    const std::span<frame::CpuCache*> caches(first, node_of.size());
    for (u32 node = 0; node < allocator_.node_count(); ++node) {
        TRY(make_caches(node_of, static_cast<u8>(node), caches));
    }
    caches_ = caches;
    return {};
}

/// Caches of the processors of one node, side by side in its memory.
Result<void> FrameAllocator::make_caches(std::span<const u8> node_of, u8 node, std::span<frame::CpuCache*> caches) {
    const auto count = static_cast<usize>(std::ranges::count(node_of, node));
    if (count == 0) {
        return {};
    }
    const u8 home = allocator_.nearest_with_memory(node);
    const Bytes size{count * sizeof(frame::CpuCache)};
    const frame::Policy near{.kind = frame::Policy::Kind::Interleave, .nodes = 1U << home};
    const PhysicalAddress memory = TRY(allocate_contiguous(Pages::holding(size), near));
    std::byte* place = Arch::physical_bytes(memory, size).data();
    for (usize i = 0; i < node_of.size(); ++i) {
        if (node_of[i] == node) {
            caches[i] = ::new (place) frame::CpuCache(home);
            place += sizeof(frame::CpuCache);
        }
    }
    return {};
}

} // namespace kernel::memory

#pragma clang unsafe_buffer_usage end
