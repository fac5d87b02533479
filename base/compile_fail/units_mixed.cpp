// expect-error: invalid operands to binary expression
#include "base/units.hpp"

base::PhysicalAddress end(base::PhysicalAddress start, base::Pages size) { return start + size; }
