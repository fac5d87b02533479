/// The page tables of an address space: frames that its budget pays for.
#pragma once

#include "base/result.hpp"
#include "kernel/object/frame_list.hpp"
#include "kernel/object/purse.hpp"
#include "libs/frame/topology.hpp"
#include "libs/page_table/mapper.hpp"

namespace kernel::object {

/// For one operation: what becomes empty goes to `freed`, until translation caches are flushed.
class SpaceTables {
  public:
    SpaceTables(Purse& purse, FrameList& freed, const frame::Policy& policy)
        : purse_(&purse), freed_(&freed), policy_(policy) {}

    /// NoMemory: also if the purse lacks.
    base::Result<base::PhysicalAddress> allocate_table();

    static page_table::Table table(base::PhysicalAddress table);

    void release_table(base::PhysicalAddress table) { freed_->push(table); }

  private:
    Purse* purse_;
    FrameList* freed_;
    frame::Policy policy_;
};

using SpaceMapper = page_table::Mapper<SpaceTables>;

} // namespace kernel::object
