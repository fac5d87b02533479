// expect-error: format_has_too_many_replacements
#include "base/format.hpp"

void write(base::TextSink& sink) { base::print(sink, "two: {} {}\n", 1); }
