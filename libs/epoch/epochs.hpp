/// Grace periods without waiting.
///
///     epochs.enter(cpu);  find and use what others may take out of sight;  epochs.leave(cpu);
///     hide(x);  x.hidden_at = epochs.now();  …  if (epochs.is_over(x.hidden_at)) { free(x); }
#pragma once

#include <atomic>
#include <span>

#include "base/types.hpp"

namespace epoch {

/// One for each processor, on a cache line of its own.
struct alignas(64) Place {
    std::atomic<base::u64> word{0}; ///< 0: outside; else the epoch that was when it entered
};

/// Epochs count from 1. A processor inside holds the epoch that it saw; the common one moves on when all that are
/// inside hold it. So what was hidden at epoch e can be seen by nobody from e + 2 on.
class Epochs {
  public:
    /// One place for each processor that enter() names; they outlive this. Before the first enter().
    void start(std::span<Place> places) { places_ = places; }

    /// From here on processor `cpu` may find things.
    void enter(base::u32 cpu) { enter(places_[cpu]); }

    /// The same two for who knows its place.
    void enter(Place& place) {
        // Sequentially consistent: the store is seen before anything is looked for, or advance() would miss it.
        place.word.store(epoch_.load(std::memory_order_acquire), std::memory_order_seq_cst);
    }

    static void leave(Place& place) { place.word.store(0, std::memory_order_release); }

    [[nodiscard]] bool is_inside(base::u32 cpu) const { return places_[cpu].word.load(std::memory_order_relaxed) != 0; }

    /// It holds nothing that it found.
    void leave(base::u32 cpu) { leave(places_[cpu]); }

    /// What was hidden before this is called is hidden at the answer.
    [[nodiscard]] base::u64 now() const { return epoch_.load(std::memory_order_seq_cst); }

    [[nodiscard]] bool is_over(base::u64 hidden_at) const {
        return epoch_.load(std::memory_order_acquire) >= hidden_at + kGrace;
    }

    /// Moves the epoch on as far as it can: at most two steps, each a look at every processor.
    void advance();

  private:
    static constexpr base::u64 kGrace = 2;

    bool try_step();

    std::span<Place> places_;
    alignas(64) std::atomic<base::u64> epoch_{1};
};

} // namespace epoch
