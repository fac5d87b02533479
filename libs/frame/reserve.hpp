/// Frames kept for records and the tables that lead to them, so that splitting a block never has to allocate.
#pragma once

#include <array>

#include "base/result.hpp"
#include "libs/frame/record.hpp"

namespace frame {

/// A few runs of frames, used up one after the other. Belongs to a depot, under its lock.
class Reserve {
  public:
    [[nodiscard]] base::u64 count() const {
        base::u64 sum = 0;
        for (const Run& run : runs_) {
            sum += run.end - run.next;
        }
        return sum;
    }

    /// Whether add() would succeed.
    [[nodiscard]] bool has_room() const {
        for (const Run& run : runs_) {
            if (run.next == run.end) {
                return true;
            }
        }
        return false;
    }

    /// Takes over `count` frames from `first` on. False when it holds too many runs already.
    bool add(Number first, base::u64 count) {
        for (Run& run : runs_) {
            if (run.next == run.end) {
                run = {first, first + count};
                return true;
            }
        }
        return false;
    }

    /// One frame, contents undefined. NoMemory.
    base::Result<Number> take() {
        for (Run& run : runs_) {
            if (run.next != run.end) {
                return run.next++;
            }
        }
        return base::Error::NoMemory;
    }

  private:
    struct Run {
        Number next = 0;
        Number end = 0;
    };

    std::array<Run, 8> runs_{};
};

} // namespace frame
