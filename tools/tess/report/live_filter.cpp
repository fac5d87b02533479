#include "tools/tess/report/live_filter.hpp"

#include <utility>

namespace tess::report {

LiveFilter::LiveFilter(Symbolizer symbolizer, std::function<void(std::string_view)> write)
    : write_(std::move(write)),
      filter_(std::move(symbolizer), [this](const std::string& line) { pending_ += line + '\n'; }) {}

void LiveFilter::take(std::string_view text) {
    for (const char character : text) {
        take_character(character);
    }
    write_out();
}

void LiveFilter::take_character(char character) {
    unshown_ += character;
    if (character == '\n') {
        end_line();
        return;
    }
    if (character != '\r') {
        line_ += character;
    }
    if (!filter_.may_hold(line_)) {
        show();
    }
}

void LiveFilter::end_line() {
    if (filter_.may_hold(line_)) {
        filter_.take(line_);
    } else {
        show();
        filter_.note(line_);
    }
    unshown_.clear();
    line_.clear();
}

void LiveFilter::show() {
    filter_.finish(); // the addresses before this line
    pending_ += std::exchange(unshown_, {});
}

void LiveFilter::write_out() {
    if (!pending_.empty()) {
        write_(std::exchange(pending_, {}));
    }
}

void LiveFilter::finish() {
    filter_.finish();
    pending_ += std::exchange(unshown_, {});
    write_out();
}

} // namespace tess::report
