/// Ports of the processor's I/O space, as capabilities name them.
#pragma once

#include "kernel/process/object.hpp"

namespace kernel::process {

/// Which ports, the window of each capability says.
class IoPorts final : public Object {
  public:
    explicit IoPorts(End end) : Object(abi::ObjectKind::IoPorts, end) {}
};

} // namespace kernel::process
