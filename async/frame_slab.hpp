/// The memory of one worker's frames and Jobs.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

#include "async/frame_source.hpp"
#include "base/types.hpp"

namespace async {

/// Classes of 32 bytes up to 512; what is larger comes from the source each time. Used by one worker, but that others
/// give back what Jobs took with them. What it took from the source it gives back when it dies; by then no frame of it
/// may live, also not at another worker.
class FrameSlab {
  public:
    static constexpr base::usize kStep = 32;
    static constexpr base::usize kLargest = 512;

    explicit FrameSlab(FrameSource& source) : source_(source) {}

    ~FrameSlab();
    FrameSlab(const FrameSlab&) = delete;
    FrameSlab& operator=(const FrameSlab&) = delete;

    /// That of the worker that runs on this thread. A coroutine called anywhere else faults: there is none.
    static FrameSlab& current() { return *of_thread; }

    /// Makes a slab the current one while it lives.
    class Use {
      public:
        explicit Use(FrameSlab& slab) : before_(std::exchange(of_thread, &slab)) {}

        ~Use() { of_thread = before_; }

        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

      private:
        FrameSlab* before_;
    };

    /// Null if there is no memory. Under a sanitizer of addresses blocks are not used again at once, so that it sees
    /// what a frame does after its end.
    [[nodiscard]] void* allocate(base::usize bytes) {
        if (bytes > kLargest || kIsWatched) {
            return source_.take(bytes);
        }
        Block*& first = free_[class_of(bytes)];
        if (first == nullptr) [[unlikely]] {
            return refill(class_of(bytes));
        }
        Block* const block = first;
        first = block->next;
        return block;
    }

    void release(void* memory, base::usize bytes) {
        if (bytes > kLargest || kIsWatched) {
            source_.give(memory, bytes);
            return;
        }
        Block*& first = free_[class_of(bytes)];
        first = ::new (memory) Block{first};
    }

    [[nodiscard]] FrameSource& source() const { return source_; }

    /// From any worker: takes over all free blocks of `other`, which is the caller's.
    void take_back(FrameSlab& other);

  private:
    static constexpr bool kIsWatched = __has_feature(address_sanitizer);
    static constexpr base::usize kClasses = kLargest / kStep + 1;
    static constexpr base::usize kChunkBytes = 64 << 10;

    /// A free block.
    struct Block {
        Block* next;
    };

    struct Chunk {
        Chunk* next;
        alignas(16) std::array<std::byte, kChunkBytes - 16> room;
    };

    static constexpr base::usize class_of(base::usize bytes) { return (bytes + kStep - 1) / kStep; }

    [[gnu::noinline, gnu::cold, clang::preserve_most]] void* refill(base::usize size_class);
    void* carve(base::usize bytes);

    // In the program itself, never in a library that is loaded later: one instruction.
    [[gnu::tls_model("local-exec")]] static constinit thread_local FrameSlab* of_thread;

    std::array<Block*, kClasses> free_{};
    FrameSource& source_;
    Chunk* chunks_ = nullptr;
    std::span<std::byte> rest_;                              ///< of the newest chunk
    std::array<std::atomic<Block*>, kClasses> given_back_{}; ///< by other workers
};

} // namespace async
