// expect-error: format_is_malformed
#include "base/format.hpp"

void write(base::TextSink& sink) { base::print(sink, "{:y}\n", 1); }
