/// Where memory objects get what they consist of. Every operation is told, so an object holds no allocator; whoever
/// passes one decides which budget pays and when a frame that was given back may be used again.
#pragma once

#include <concepts>
#include <span>

#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/memory_object/node.hpp"

namespace memory_object {

using Frame = base::PhysicalAddress;

/// What a new frame holds.
enum class Contents : base::u8 { Anything, Zero };

using FrameBytes = std::span<std::byte, base::kPageSize>;

/// Frames of 4 KiB that count their owners. Counts are changed from any processor: a release happens before the moment
/// at which another finds the frame unshared.
template <class S>
concept FrameSource = requires(S& source, Frame frame, Contents contents, base::u8 order) {
    /// A frame with one owner, charged. NoMemory.
    { source.allocate_frame(contents) } -> std::same_as<base::Result<Frame>>;
    /// 2^order frames in a row, aligned to their size, that are released one by one or by release_block(). NoMemory.
    { source.allocate_block(order, contents) } -> std::same_as<base::Result<Frame>>;
    { source.release_block(frame, order) };
    /// One owner more.
    { source.share_frame(frame) };
    /// One owner less; the last gives it back. Processors may still reach it through mappings that are not flushed yet:
    /// the source must not give it out before they are.
    { source.release_frame(frame) };
    /// Whether there is more than one owner.
    { source.is_frame_shared(frame) } -> std::same_as<bool>;
    { source.bytes(frame) } -> std::same_as<FrameBytes>;
    /// Copies a whole frame.
    { source.copy_frame(frame, frame) };
    /// A frame full of zeroes that nobody writes, owned by nobody.
    { source.zero_frame() } -> std::same_as<Frame>;
};

template <class S>
concept NodeSource = requires(S& source, Node& node, base::u8 level) {
    /// A node as its constructor makes it, charged. NoMemory.
    { source.allocate_node(level) } -> std::same_as<base::Result<Node*>>;
    { source.release_node(node) };
};

template <class S>
concept Resources = FrameSource<S> && NodeSource<S>;

} // namespace memory_object
