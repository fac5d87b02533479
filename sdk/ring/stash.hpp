/// Items of attached channels that came while nobody could take them.
#pragma once

#include <array>

#include "abi/ring.hpp"
#include "base/types.hpp"

namespace sdk::ring {

/// What stands behind them in the ring must not wait for their receivers. There are few: receivers take their items as
/// they come, and mostly from the ring itself.
class Stash {
  public:
    static constexpr base::u32 kPlaces = 16;

    /// False: it is full.
    bool put(const abi::Completion& item) {
        if (count_ == kPlaces) {
            return false;
        }
        items_[count_++] = item;
        return true;
    }

    /// Calls take(item) with the oldest one of this tag, which is gone then. False: there is none.
    template <class F>
    bool take(base::u64 tag, F take) {
        for (base::u32 i = 0; i < count_; ++i) {
            if (items_[i].tag == tag) {
                take(items_[i]);
                --count_;
                for (base::u32 behind = i; behind < count_; ++behind) {
                    items_[behind] = items_[behind + 1];
                }
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool is_empty() const { return count_ == 0; }

    [[nodiscard]] bool has(base::u64 tag) const {
        for (base::u32 i = 0; i < count_; ++i) {
            if (items_[i].tag == tag) {
                return true;
            }
        }
        return false;
    }

  private:
    base::u32 count_ = 0;
    std::array<abi::Completion, kPlaces> items_; // not initialised: the first count_ are there
};

} // namespace sdk::ring
