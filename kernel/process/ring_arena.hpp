/// Where the rings of a process stand.
#pragma once

#include <optional>
#include <utility>

#include "base/intrusive_list.hpp"
#include "kernel/process/ring_chunk.hpp"

namespace kernel::process {

class Process;

/// A ring's part of a chunk: given back when this ends. Before that its process must not go.
class RingPlace {
  public:
    /// All of `chunk`, which is `owner`'s and of one ring.
    RingPlace(Process& owner, RingChunk& chunk) : RingPlace(owner, chunk, 0, 0) {}

    RingPlace(RingPlace&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), chunk_(other.chunk_), first_(other.first_),
          count_(other.count_) {}

    RingPlace& operator=(RingPlace&&) = delete;

    ~RingPlace();

    /// In the process.
    [[nodiscard]] base::VirtualAddress address() const { return chunk_->address_of(first_); }

    /// Through the physical map: as many as were asked for, or more.
    [[nodiscard]] std::span<std::byte> bytes() const { return chunk_->bytes_from(first_); }

    /// Nothing is left there of what stood there before. Of one in a shared chunk; a new chunk is of zeros.
    void clear() const;

    /// As many as were asked for, none in the process.
    [[nodiscard]] std::span<std::byte> hidden() const { return chunk_->hidden(); }

  private:
    friend class RingArena;

    RingPlace(Process& owner, RingChunk& chunk, base::u32 first, base::u32 count)
        : owner_(&owner), chunk_(&chunk), first_(first), count_(count) {}

    Process* owner_; ///< null: given away
    RingChunk* chunk_;
    base::u32 first_;
    base::u32 count_;
};

/// The chunks that rings of one process share. Under the lock of the process; making and ending chunks is not.
class RingArena {
  public:
    /// Room for a ring of `size` in a chunk that is there. Looks at a few. Null: there is none.
    std::optional<RingPlace> take(Process& owner, base::Bytes size);

    /// The same in `chunk`, which is new and shared, has room, and belongs here from now on.
    RingPlace add(Process& owner, RingChunk& chunk, base::Bytes size);

    /// How large the next chunk is best: as large as all together, within limits, so that few rings waste little and
    /// many need few.
    [[nodiscard]] base::Bytes next_size() const;

    /// A ring stands at `place` and its maker needs no way back: its chunk stays, even empty, if it is the first.
    void keep(const RingPlace& place);

    /// Nothing stands at `place` any more. Answers its chunk if nobody has anything of that and it does not stay: it is
    /// not here any more, and is to be ended.
    [[nodiscard]] RingChunk* give_back(const RingPlace& place);

    /// No chunk stays empty from now on. Answers one that is, to be ended; null: there is none.
    [[nodiscard]] RingChunk* close();

  private:
    base::IntrusiveList<RingChunk, RingArena> chunks_; ///< full ones last
    RingChunk* kept_ = nullptr;                        ///< the first one: it stays when it is empty
    base::Bytes size_{0};                              ///< of all
    bool is_closed_ = false;
};

} // namespace kernel::process
