// expect-error: ignoring return value .*nodiscard
#include "base/result.hpp"

base::Result<int> allocate();

void ignore() { allocate(); }
