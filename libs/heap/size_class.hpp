/// The sizes that small blocks come in.
#pragma once

#include <bit>

#include "base/types.hpp"

namespace heap {

/// Steps of 16 bytes up to 128, then four to each doubling.
class SizeClass {
  public:
    static constexpr base::usize kLargest = 2048;
    static constexpr base::u8 kCount = 24;

    /// That of blocks of at least `bytes`, 1 to kLargest.
    static constexpr SizeClass holding(base::usize bytes) {
        if (bytes <= kFineLimit) {
            return SizeClass(static_cast<base::u8>((bytes - 1) / kFineStep));
        }
        const unsigned doubling = static_cast<unsigned>(std::bit_width(bytes - 1)) - kFineBits - 1;
        const base::usize quarter = (bytes - 1) >> (kFineBits + doubling - 2) & 3;
        return SizeClass(static_cast<base::u8>(kFineCount + 4 * doubling + quarter));
    }

    constexpr explicit SizeClass(base::u8 index) : index_(index) {}

    [[nodiscard]] constexpr base::u8 index() const { return index_; }

    /// Of its blocks, in bytes; a multiple of 16.
    [[nodiscard]] constexpr base::usize bytes() const {
        if (index_ < kFineCount) {
            return kFineStep * (index_ + base::usize{1});
        }
        const unsigned above = index_ - kFineCount;
        return (kFineLimit << above / 4) / 4 * (5 + above % 4);
    }

  private:
    static constexpr unsigned kFineBits = 7;
    static constexpr base::usize kFineLimit = 1 << kFineBits;
    static constexpr base::usize kFineStep = 16;
    static constexpr base::u8 kFineCount = kFineLimit / kFineStep;

    base::u8 index_;
};

} // namespace heap
