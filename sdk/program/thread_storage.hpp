/// Thread-local variables: a copy of what the program's file has of them for each thread.
#pragma once

#include "base/types.hpp"

namespace sdk {

/// Makes them for the calling thread, which has none; from the heap. False: there is no room.
[[nodiscard]] bool make_thread_storage();

} // namespace sdk
