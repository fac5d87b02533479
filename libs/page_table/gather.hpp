/// What one operation changed, collected for one flush of translation caches.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/page_table/address_range.hpp"

namespace page_table {

/// Ranges of one address space whose old translations must go. Bounded: beyond kRanges, or kPages invalidations, it
/// holds the whole address space, since a complete flush is then cheaper. Never more than was changed needs to be asked
/// of a processor, but always at least that.
class Gather {
  public:
    static constexpr base::usize kRanges = 6;
    /// Invalidations one by one beyond which everything is dropped instead.
    static constexpr base::u64 kPages = 32;

    /// Pages of one size in a row: one invalidation each.
    struct Range {
        base::VirtualAddress start;
        base::u64 pages;
        int level;
    };

    /// Adds pages of `level` from `start` on, aligned to it.
    void add(base::VirtualAddress start, base::u64 pages, int level) {
        if (is_whole_) {
            return;
        }
        pages_ += pages;
        if (pages_ > kPages) {
            add_everything();
        } else if (!extend(start, pages, level)) {
            append({start, pages, level});
        }
    }

    void add_everything() {
        is_whole_ = true;
        count_ = 0;
    }

    /// All that `other` holds too.
    void add(const Gather& other) {
        for (const Range& range : other.ranges()) {
            add(range.start, range.pages, range.level);
        }
        if (other.is_whole_) {
            add_everything();
        }
    }

    /// Nothing needs to be flushed.
    [[nodiscard]] bool is_empty() const { return count_ == 0 && !is_whole_; }

    /// Everything of the address space does.
    [[nodiscard]] bool is_whole() const { return is_whole_; }

    /// What to flush unless it is whole.
    [[nodiscard]] std::span<const Range> ranges() const { return std::span(ranges_).first(count_); }

    /// Calls visit(address) for each page to invalidate, unless it is whole.
    template <class Visit>
    void for_each_page(Visit visit) const {
        for (const Range& range : ranges()) {
            for (base::u64 page = 0; page < range.pages; ++page) {
                visit(range.start + page_size(range.level) * page);
            }
        }
    }

    /// Whether a translation of `address` is dropped.
    [[nodiscard]] bool covers(base::VirtualAddress address) const {
        return is_whole_ || std::ranges::any_of(ranges(), [address](const Range& range) {
                   return address - range.start < page_size(range.level) * range.pages;
               });
    }

  private:
    bool extend(base::VirtualAddress start, base::u64 pages, int level) {
        if (count_ == 0) {
            return false;
        }
        Range& last = ranges_[count_ - 1];
        if (last.level != level || last.start + page_size(level) * last.pages != start) {
            return false;
        }
        last.pages += pages;
        return true;
    }

    void append(const Range& range) {
        if (count_ == kRanges) {
            add_everything();
        } else {
            ranges_[count_++] = range;
        }
    }

    std::array<Range, kRanges> ranges_; ///< the first count_ mean something: many a Gather stays empty
    base::usize count_ = 0;
    base::u64 pages_ = 0;
    bool is_whole_ = false;
};

} // namespace page_table
