#include "kernel/sanitizer/boot_shadow.hpp"

namespace kernel::sanitizer {

void map_boot_shadow(TopLevelTable&, base::u64) {}

} // namespace kernel::sanitizer
