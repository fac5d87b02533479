/// Makes a plan, on the host. Equal drafts give equal bytes.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "libs/plan/draft.hpp"

namespace plan {

/// The plan's bytes. NotFound: a provider, an offer, a driver or a route that is not in the draft; InvalidArgument: a
/// number out of its range, or a field that contradicts another, so that Plan::open() would refuse it.
base::Result<std::vector<std::byte>> write_plan(const Draft& draft);

} // namespace plan
