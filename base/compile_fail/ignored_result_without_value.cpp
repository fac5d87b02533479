// expect-error: ignoring return value .*nodiscard
#include "base/result.hpp"

base::Result<> flush();

void ignore() { flush(); }
