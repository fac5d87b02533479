/// By whose authority something is mapped.
#pragma once

#include "base/ref_ptr.hpp"

namespace kernel::object {

/// Held by all that is left of one mapping.
class MappingUse : public base::RefCounted<MappingUse> {
  public:
    /// Called once, when nothing is left, perhaps under the lock of the address space.
    using Gone = void (*)(MappingUse& use);

    explicit MappingUse(Gone gone) : gone_(gone) {}

    static void destroy(MappingUse& use) { use.gone_(use); }

  private:
    Gone gone_;
};

} // namespace kernel::object
