/// A plan in words, on the host.
#pragma once

#include <string>

#include "abi/permissions.hpp"
#include "libs/plan/plan.hpp"

namespace plan {

/// Everything that the plan says, a line for each record, in its order.
std::string describe(const Plan& plan);

/// Letters as in descriptions: "rwxdgm", those that are in it.
std::string letters(abi::Permissions permissions);

} // namespace plan
