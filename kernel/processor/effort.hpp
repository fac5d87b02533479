/// How much is given back with interrupts off.
#pragma once

#include <algorithm>
#include <utility>

#include "base/types.hpp"

namespace kernel::processor {

/// Of a processor, which alone uses it. What ends may end more with it, and that more: all that happens in one slice is
/// counted together, in what memory_object::Work counts, and who finds nothing left comes again later.
///
///     const Effort::Slice slice(this_processor().effort);
///     while (!effort.is_spent() && …) { … }
class Effort {
  public:
    /// Some 12,000 instructions.
    static constexpr base::u64 kSlice = 256;

    /// As long as the first of them lives, on one stack, all is one slice.
    class Slice {
      public:
        explicit Slice(Effort& effort) : effort_(effort), is_first_(!std::exchange(effort.is_counted_, true)) {}

        Slice(const Slice&) = delete;
        Slice& operator=(const Slice&) = delete;

        ~Slice() {
            if (is_first_) {
                effort_.is_counted_ = false;
                effort_.left_ = kSlice;
            }
        }

      private:
        Effort& effort_;
        bool is_first_;
    };

    /// Of the slice; all of one if none has begun.
    [[nodiscard]] base::u64 left() const { return left_; }

    /// Whether too little is left to begin with something.
    [[nodiscard]] bool is_spent() const { return left_ < kLeast; }

    void spend(base::u64 amount) {
        if (is_counted_) {
            left_ -= std::min(left_, amount);
        }
    }

  private:
    static constexpr base::u64 kLeast = 64;

    base::u64 left_ = kSlice;
    bool is_counted_ = false;
};

} // namespace kernel::processor
