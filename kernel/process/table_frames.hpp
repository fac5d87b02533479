/// The memory of a capability table.
#pragma once

#include "kernel/object/purse.hpp"
#include "libs/capability/table.hpp"

namespace kernel::process {

/// Frames that the process's budget pays for. Satisfies capability::TableMemory.
class TableFrames {
  public:
    TableFrames() = default;
    TableFrames(const TableFrames&) = delete;
    TableFrames& operator=(const TableFrames&) = delete;

    /// Who pays from now on; null: nobody, nothing is allocated. Under the table's lock.
    void set_purse(object::Purse* purse) { purse_ = purse; }

    base::Result<capability::SlotPage*> allocate_slots();
    base::Result<capability::Directory*> allocate_directory();
    static void release_slots(capability::SlotPage& page);
    static void release_directory(capability::Directory& directory);

  private:
    template <class T>
    base::Result<T*> allocate();

    object::Purse* purse_ = nullptr;
};

} // namespace kernel::process
