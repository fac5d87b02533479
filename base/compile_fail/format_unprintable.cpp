// expect-error: constraints not satisfied for class template 'FormatText'
#include "base/format.hpp"

struct Unknown {};

void write(base::TextSink& sink) { base::print(sink, "{}\n", Unknown{}); }
