/// A list of free blocks, linked through their records.
#pragma once

#include "libs/frame/record_table.hpp"

namespace frame {

/// Last in, first out. Belongs to a depot, under its lock.
class BlockList {
  public:
    [[nodiscard]] bool is_empty() const { return first_ == kNone; }

    [[nodiscard]] base::u64 count() const { return count_; }

    /// kNone when it is empty.
    [[nodiscard]] Number first() const { return first_; }

    void push(const RecordTable& records, Number frame) {
        Record& record = records.at(frame);
        record.set_previous(kNone);
        record.set_next(first_);
        if (first_ != kNone) {
            records.at(first_).set_previous(frame);
        }
        first_ = frame;
        ++count_;
    }

    /// Takes out `frame`, which is in this list.
    void remove(const RecordTable& records, Number frame) {
        const Record& record = records.at(frame);
        if (record.previous() == kNone) {
            ASSERT(first_ == frame, "the list of free frames is damaged");
            first_ = record.next();
        } else {
            records.at(record.previous()).set_next(record.next());
        }
        if (record.next() != kNone) {
            ASSERT(records.at(record.next()).previous() == frame, "the list of free frames is damaged");
            records.at(record.next()).set_previous(record.previous());
        }
        --count_;
    }

  private:
    Number first_ = kNone;
    base::u64 count_ = 0;
};

} // namespace frame
