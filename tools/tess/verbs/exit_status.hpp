/// How tess itself ends.
#pragma once

namespace tess {

enum class ExitStatus : int {
    Good = 0,
    Failed = 1,
    Usage = 2,
    NotBuilt = 3,
    TimeLimit = 4,
    GuestPanic = 5,
    Interrupted = 130,
};

} // namespace tess
