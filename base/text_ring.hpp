/// The last lines of a log, in a fixed number of bytes.
#pragma once

#include <array>
#include <string_view>

#include "base/text_sink.hpp"
#include "base/types.hpp"

namespace base {

/// Keeps whole lines; the oldest go first. `N` is a power of two.
template <usize N>
class TextRing {
    static_assert((N & (N - 1)) == 0);

  public:
    /// Adds `line` and a line end. A line longer than N - 1 bytes is cut.
    void write_line(std::string_view line) {
        line = line.substr(0, N - 1);
        while (N - (end_ - begin_) < line.size() + 1) {
            drop_oldest();
        }
        for (const char character : line) {
            at(end_++) = character == '\n' ? ' ' : character;
        }
        at(end_++) = '\n';
    }

    /// Prints the last `count` lines, oldest first, each behind `indent`. Bounded even if the ring was being written.
    void print_last_lines(TextSink& sink, usize count, std::string_view indent) const {
        u64 start = end_;
        while (start != begin_ && (count != 0 || at(start - 1) != '\n')) {
            --start;
            count -= start != begin_ && at(start - 1) == '\n' && count != 0 ? 1 : 0;
        }
        bool line_begins = true;
        for (; start != end_; ++start) {
            if (line_begins) {
                sink.write(indent);
            }
            const char character = at(start);
            sink.write({&character, 1});
            line_begins = character == '\n';
        }
    }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

  private:
    char& at(u64 position) { return bytes_[position & (N - 1)]; }
    [[nodiscard]] char at(u64 position) const { return bytes_[position & (N - 1)]; }

    void drop_oldest() {
        while (at(begin_++) != '\n') {
        }
    }

    std::array<char, N> bytes_{};
    u64 begin_ = 0; ///< of the oldest line; free-running
    u64 end_ = 0;   ///< behind the newest line
};

} // namespace base
