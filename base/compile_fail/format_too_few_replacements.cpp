// expect-error: format_has_too_few_replacements
#include "base/format.hpp"

void write(base::TextSink& sink) { base::print(sink, "one: {}\n", 1, 2); }
