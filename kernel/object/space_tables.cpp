#include "kernel/object/space_tables.hpp"

#include "kernel/memory/kernel_tables.hpp"
#include "kernel/object/charged_frames.hpp"

namespace kernel::object {

base::Result<base::PhysicalAddress> SpaceTables::allocate_table() {
    return allocate_charged_zeroed(*purse_, {.policy = policy_});
}

page_table::Table SpaceTables::table(base::PhysicalAddress table) { return memory::KernelTables::table(table); }

} // namespace kernel::object
