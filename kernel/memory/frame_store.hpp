/// The virtual memory that holds the records of frames, mapped page by page where they are needed.
#pragma once

#include <span>

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/frame/range.hpp"
#include "libs/frame/store.hpp"
#include "libs/page_table/mapper.hpp"

namespace kernel::memory {

/// Any processor may call it. Pages that were made stay: other processors see them without being told.
class FrameStore final : public frame::Store {
  public:
    base::Result<void> back(base::VirtualAddress place, frame::Reserve& reserve) override;

    /// From now on the frames it uses were poisoned while they were free.
    void start_poisoning() {
        tables_.with([](Tables& tables) { tables.is_poisoned = true; });
    }

    /// Where records and ranges will be.
    static std::span<frame::Record> records();
    static std::span<frame::Range> ranges();

  private:
    /// Page tables from the reserve of whoever needs a page.
    struct Tables {
        base::Result<base::PhysicalAddress> allocate_table();
        static page_table::Table table(base::PhysicalAddress table);
        base::Result<void> back(base::VirtualAddress place, frame::Reserve& from);

        frame::Reserve* reserve = nullptr;
        bool is_poisoned = false;
    };

    base::Guarded<Tables, core::KernelLock, core::kFrameStoreLock> tables_;
};

} // namespace kernel::memory
