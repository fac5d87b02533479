/// In place of Boost's file of this name, which of libc++ includes all of <functional>, half a second of each
/// translation unit, for std::less and std::equal_to. (Of libstdc++ it includes the inner header too.)
#pragma once

#include <__functional/operations.h>
