/// How often each latency came.
#pragma once

#include <algorithm>
#include <array>

#include "base/types.hpp"

namespace tests::bench {

/// Of nanoseconds: exact below kMost, and the greatest of all. Large, and touched before anything is measured.
class Distribution {
  public:
    static constexpr base::u64 kMost = 1 << 20;

    void clear() {
        counts_.fill(0);
        count_ = 0;
        greatest_ = 0;
    }

    void add(base::u64 latency) {
        ++counts_.at(std::min(latency, kMost - 1));
        ++count_;
        greatest_ = std::max(greatest_, latency);
    }

    [[nodiscard]] base::u64 count() const { return count_; }

    [[nodiscard]] base::u64 greatest() const { return greatest_; }

    /// The least latency that `part` of 10,000 do not exceed; the greatest of all where that is not known exactly.
    [[nodiscard]] base::u64 at(base::u64 part) const {
        constexpr base::u64 kWhole = 10'000;
        base::u64 below = 0;
        for (base::u64 latency = 0; latency < kMost - 1; ++latency) {
            below += counts_.at(latency);
            if (below * kWhole >= count_ * part) {
                return latency;
            }
        }
        return greatest_;
    }

  private:
    std::array<base::u32, kMost> counts_{};
    base::u64 count_ = 0;
    base::u64 greatest_ = 0;
};

} // namespace tests::bench
