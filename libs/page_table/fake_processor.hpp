/// A processor for tests: walks tables as [intel/vol3] 4.5 to 4.10 say, marks entries, and remembers translations until
/// it is told to drop them.
#pragma once

#include <algorithm>
#include <map>
#include <optional>

#include "libs/page_table/fake_tables.hpp"
#include "libs/page_table/gather.hpp"

namespace page_table {

class FakeProcessor {
  public:
    struct Cached {
        base::PhysicalAddress page;
        bool writable;
        bool dirty;
    };

    FakeProcessor(FakeTables& tables, base::PhysicalAddress top) : tables_(tables), top_(top) {}

    /// Reads or writes at `address`; false is a fault.
    bool touch(base::VirtualAddress address, bool write) {
        const base::VirtualAddress page = address.align_down(base::Bytes{base::kPageSize});
        const auto known = cache_.find(page);
        if (known != cache_.end() && (!write || (known->second.writable && known->second.dirty))) {
            return true;
        }
        const auto walked = walk(page, write);
        if (!walked) {
            cache_.erase(page);
            return false;
        }
        cache_.insert_or_assign(page, *walked);
        return true;
    }

    /// What a shootdown makes it do.
    void flush(const Gather& gather) {
        if (gather.is_whole()) {
            cache_.clear();
        }
        std::erase_if(cache_, [&gather](const auto& each) { return gather.covers(each.first); });
    }

    [[nodiscard]] const std::map<base::VirtualAddress, Cached>& cache() const { return cache_; }

  private:
    std::optional<Cached> walk(base::VirtualAddress address, bool write) {
        base::PhysicalAddress table = top_;
        bool writable = true;
        for (int level = kTopLevel;; --level) {
            Entry& entry = tables_.table(table)[entry_index(address, level)];
            writable = writable && entry.is_writable();
            if (!entry.is_present() || (write && !writable)) {
                return std::nullopt;
            }
            entry = entry.as_accessed();
            if (level == 0 || entry.is_large()) {
                entry = write ? entry.as_dirty() : entry;
                const base::Bytes offset{address.value() & (page_size(level).value() - 1)};
                return Cached{entry.address() + offset, writable, entry.is_dirty()};
            }
            table = entry.address();
        }
    }

    FakeTables& tables_;
    base::PhysicalAddress top_;
    std::map<base::VirtualAddress, Cached> cache_;
};

} // namespace page_table
