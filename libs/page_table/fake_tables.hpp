/// Tables in ordinary memory, for tests: counted, and refused when a limit is reached.
#pragma once

#include <array>
#include <limits>
#include <map>

#include "libs/page_table/table_memory.hpp"

namespace page_table {

class FakeTables {
  public:
    base::Result<base::PhysicalAddress> allocate_table() {
        if (tables_.size() >= limit) {
            return base::Error::NoMemory;
        }
        const base::PhysicalAddress address = next_;
        next_ += base::Bytes{base::kPageSize};
        tables_.emplace(address, Entries{});
        return address;
    }

    Table table(base::PhysicalAddress address) { return Table(tables_.at(address)); }

    void release_table(base::PhysicalAddress address) { tables_.erase(address); }

    [[nodiscard]] base::usize count() const { return tables_.size(); }

    base::usize limit = std::numeric_limits<base::usize>::max();

  private:
    using Entries = std::array<Entry, kEntries>;

    std::map<base::PhysicalAddress, Entries> tables_;
    base::PhysicalAddress next_{0x1000};
};

} // namespace page_table
