/// The records of all frames that there can be, in one array that only exists where blocks begin.
#pragma once

#include <span>

#include "base/address.hpp"
#include "base/assert.hpp"
#include "libs/frame/record.hpp"
#include "libs/frame/store.hpp"

namespace frame {

/// A view; copies are of the same records. Each block's first frame has a record that is there; no other need be.
class RecordTable {
  public:
    constexpr RecordTable() = default;

    /// `records[n]` describes frame n.
    RecordTable(std::span<Record> records, Store& store) : records_(records), store_(&store) {}

    /// One beyond the last frame that can be described.
    [[nodiscard]] Number end() const { return records_.size(); }

    /// Of a frame at which a block begins or began.
    [[nodiscard]] Record& at(Number frame) const {
        ASSERT(frame < records_.size(), "no such frame");
        return records_[frame];
    }

    /// Which frame `record`, one of these, describes.
    [[nodiscard]] Number number_of(const Record& record) const {
        const base::u64 offset = base::address_of(&record) - base::address_of(records_.data());
        [[assume(offset % sizeof(Record) == 0)]];
        return offset / sizeof(Record);
    }

    /// Makes the record of `frame` accessible. NoMemory when `reserve` does not suffice.
    base::Result<void> make(Number frame, Reserve& reserve) const {
        ASSERT(frame < records_.size(), "no such frame");
        const base::VirtualAddress place{base::address_of(&records_[frame])};
        return store_->back(place.align_down(base::Bytes{base::kPageSize}), reserve);
    }

    /// The same, when the record of `known` is accessible.
    base::Result<void> make_near(Number frame, Number known, Reserve& reserve) const {
        return frame / kRecordsPerPage == known / kRecordsPerPage ? base::Result<void>{} : make(frame, reserve);
    }

  private:
    std::span<Record> records_;
    Store* store_ = nullptr;
};

} // namespace frame
