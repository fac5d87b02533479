#include "libs/frame/range_table.hpp"

#include "base/address.hpp"

namespace frame {

using base::Error;
using base::Result;
using base::u16;
using base::usize;

namespace {

bool is_absent(const Range& range) { return range.state.load(std::memory_order_acquire) == RangeState::Absent; }

} // namespace

Result<Range*> RangeTable::allocate(Number start, Number end, Reserve& reserve) {
    Range* place = nullptr;
    for (Range& range : ranges_.first(count_)) {
        if (is_absent(range)) {
            place = &range;
        } else if (start < range.end && range.start < end) {
            return Error::Exists;
        }
    }
    return place != nullptr ? place : grow(reserve);
}

Result<Range*> RangeTable::grow(Reserve& reserve) {
    constexpr usize kRangesPerPage = base::kPageSize / sizeof(Range);
    if (count_ == ranges_.size()) {
        return Error::OutOfRange;
    }
    Range& place = ranges_[count_];
    if (count_ != 0 && count_ % kRangesPerPage == 0) {
        TRY(store_->back(base::VirtualAddress{base::address_of(&place)}, reserve));
    }
    place.slot = static_cast<u16>(count_++);
    return &place;
}

Result<u16> RangeTable::find(Number frame) const {
    for (const Range& range : ranges_.first(count_)) {
        if (!is_absent(range) && range.start <= frame && frame < range.end) {
            return range.slot;
        }
    }
    return Error::NotFound;
}

} // namespace frame
