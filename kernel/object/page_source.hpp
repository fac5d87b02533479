/// Who supplies the pages of a pager-backed memory object.
#pragma once

#include "base/types.hpp"
#include "libs/memory_object/shape.hpp"

namespace kernel::object {

class AddressSpace;
class Memory;

/// A pager as its objects see it. It answers with Memory::supply(), grant_writing() or refuse(), whenever and on
/// whatever processor; whoever waits for it gives up at a deadline.
class PageSource {
  public:
    /// `page` is wanted, by somebody who waits: once, until it is answered or nobody waits any more. Called without
    /// locks; returns soon, and may answer before it does.
    virtual void request(Memory& memory, base::u64 page, memory_object::Want want) = 0;

    /// Whether it is a thread in `space` that supplies the pages: one that waits there may wait for itself.
    [[nodiscard]] virtual bool is_served_in(const AddressSpace&) const { return false; }

    /// Its object is about to be gone, the last one that knew it: nothing is asked any more.
    virtual void note_memory_gone() {}

  protected:
    ~PageSource() = default;
};

} // namespace kernel::object
