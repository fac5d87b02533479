// expect-error: format_asks_text_to_look_like_a_number
#include "base/format.hpp"

void write(base::TextSink& sink) { base::print(sink, "{:x}\n", "text"); }
