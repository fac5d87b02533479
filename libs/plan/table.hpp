/// Records of one kind, in place.
#pragma once

#include <cstring>
#include <iterator>
#include <span>

#include "base/byte_reader.hpp"
#include "libs/plan/format.hpp"

namespace plan {

/// The bytes outlive it. Records are copied out, because nothing says that the bytes are aligned.
template <base::PlainBytes Record>
class Table {
  public:
    class Iterator {
      public:
        using value_type = Record;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;

        Iterator(const Table* table, base::u32 at) : table_(table), at_(at) {}

        Record operator*() const { return (*table_)[at_]; }

        Iterator& operator++() {
            ++at_;
            return *this;
        }

        Iterator operator++(int) {
            const Iterator before = *this;
            ++at_;
            return before;
        }

        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

      private:
        const Table* table_ = nullptr;
        base::u32 at_ = 0;
    };

    Table() = default;

    /// `bytes` is a whole number of records.
    explicit Table(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] base::u32 size() const { return static_cast<base::u32>(bytes_.size() / sizeof(Record)); }

    /// `number` is below size().
    Record operator[](base::u32 number) const {
        Record record;
        std::memcpy(&record, bytes_.subspan(number * sizeof(Record), sizeof(Record)).data(), sizeof(Record));
        return record;
    }

    /// Whether all rows of `range` are there.
    [[nodiscard]] bool holds(Range range) const { return range.first <= size() && range.count <= size() - range.first; }

    /// The rows of `range`, which it holds.
    [[nodiscard]] Table rows(Range range) const {
        return Table(bytes_.subspan(range.first * sizeof(Record), range.count * sizeof(Record)));
    }

    /// A table outlives its iterators.
    [[nodiscard]] Iterator begin() const { return Iterator(this, 0); }

    [[nodiscard]] Iterator end() const { return Iterator(this, size()); }

  private:
    std::span<const std::byte> bytes_;
};

} // namespace plan
