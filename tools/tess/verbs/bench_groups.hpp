/// What can be measured together.
#pragma once

#include <span>
#include <string_view>

#include "tools/tess/verbs/figure.hpp"

namespace tess {

/// measure() says what is wrong, and returns nothing, when something cannot be measured.
struct Group {
    std::string_view name;
    std::string_view about;
    Measured (*measure)();
    std::string_view how = "q35 (max,erms=off,fsrm=off), QEMU counts instructions";
};

std::span<const Group> bench_groups();

} // namespace tess
