/// What Jobs are doing, in words.
#pragma once

#include "async/job.hpp"
#include "async/nursery.hpp"
#include "base/text_sink.hpp"

namespace async {

/// A line for `job`: its number, what it is parked on, and the resume functions of its chain, innermost first, as
/// addresses for a symbolizer.
void dump(Job& job, base::TextSink& sink);

/// A line for each Job of `nursery`, and of those that they wait for.
void dump_all(Nursery& nursery, base::TextSink& sink);

} // namespace async
