/// The memory of this program: what `new` gives, and frames of coroutines.
#pragma once

#include <optional>
#include <span>

#include "async/frame_source.hpp"
#include "base/guarded.hpp"
#include "base/spin_lock.hpp"
#include "libs/heap/heap.hpp"

namespace sdk::memory {

/// How a thread of a program waits for a lock that is held for some instructions.
struct ShortWait {
    struct State {};

    static State enter() { return {}; }

    static void leave(State) {}

    static void relax() { __builtin_ia32_pause(); }
};

inline constexpr base::LockClass kHeapLock{.rank = 1, .name = "heap"};

/// All of it lies in one Memory that the program holds, so that any range of it can be lent. Safe for threads.
class ProgramHeap final : public async::FrameSource {
  public:
    /// Once, before anything is allocated. `room` reads as zeros and begins at a page.
    void start(std::span<std::byte> room);

    /// Null: there is no room.
    [[nodiscard]] void* allocate(base::usize bytes, base::usize alignment = heap::Heap::kAlignment);
    void release(void* block);

    [[nodiscard]] void* take(base::usize bytes) override { return allocate(bytes); }

    void give(void* memory, base::usize) override { release(memory); }

    [[nodiscard]] base::usize used_pages();

  private:
    base::Guarded<std::optional<heap::Heap>, base::SpinLock<ShortWait>, kHeapLock> heap_;
};

/// This program's.
ProgramHeap& program_heap();

} // namespace sdk::memory
