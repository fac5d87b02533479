/// The last lines of a log, in a fixed number of bytes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string_view>

#include "base/text_sink.hpp"
#include "base/types.hpp"

namespace base {

/// Keeps whole lines; the oldest go first. `N` is a power of two. Its user provides the lock.
template <usize N>
class TextRing {
    static_assert(std::has_single_bit(N));

  public:
    /// Adds `line` and a line end. A line longer than N - 1 bytes is cut; one with line ends in it is several lines.
    void write_line(std::string_view line) {
        line = line.substr(0, N - 1);
        while (N - (end_ - begin_) < line.size() + 1) {
            drop_oldest();
        }
        append(line);
        append("\n");
    }

    /// Prints the last lines, at most `count`, oldest first, each behind `indent`. Ends, with garbled lines at worst,
    /// even while another processor writes.
    void print_last_lines(TextSink& sink, usize count, std::string_view indent) const {
        const u64 end = end_;
        for (u64 at = start_of_last_lines(count, end); at < end;) {
            const u64 next = std::min(end_of_line(at, end) + 1, end);
            sink.write(indent);
            print_range(sink, at, next);
            at = next;
        }
    }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    /// Behind the newest byte; positions count all bytes that were ever written.
    [[nodiscard]] u64 end() const { return end_; }

    /// What read() copied: how many bytes, the first of which stood at `position`.
    struct Piece {
        u64 position;
        usize bytes;
    };

    /// Copies what stands from `position` on, or from the oldest line on if that is later, as much as fits into `to`.
    Piece read(u64 position, std::span<char> to) const {
        const u64 first = std::clamp(position, begin_, end_);
        const usize bytes = std::min<u64>(to.size(), end_ - first);
        const std::span<const char> all(bytes_);
        const usize front = std::min(bytes, N - index(first));
        std::ranges::copy(all.subspan(index(first), front), to.begin());
        std::ranges::copy(all.first(bytes - front), to.subspan(front).begin());
        return {first, bytes};
    }

  private:
    [[nodiscard]] static usize index(u64 position) { return position & (N - 1); }

    [[nodiscard]] char at(u64 position) const { return bytes_[index(position)]; }

    /// In two parts where it passes the end of the buffer.
    void append(std::string_view text) {
        const usize first = std::min(text.size(), N - index(end_));
        std::ranges::copy(text.substr(0, first), std::span(bytes_).subspan(index(end_)).begin());
        std::ranges::copy(text.substr(first), bytes_.begin());
        end_ += text.size();
    }

    void drop_oldest() { begin_ = end_of_line(begin_, end_) + 1; }

    /// Where the line that contains `position` has its line end, or `end`.
    [[nodiscard]] u64 end_of_line(u64 position, u64 end) const {
        while (position < end && at(position) != '\n') {
            ++position;
        }
        return position;
    }

    [[nodiscard]] u64 start_of_last_lines(usize count, u64 end) const {
        // A writer may have moved begin_ beyond `end`, or not yet beyond what it overwrote.
        const u64 begin = std::max(std::min(begin_, end), end < N ? 0 : end - N);
        u64 start = end;
        for (; count != 0 && start > begin; --count) {
            --start;
            while (start > begin && at(start - 1) != '\n') {
                --start;
            }
        }
        return start;
    }

    void print_range(TextSink& sink, u64 from, u64 to) const {
        const std::string_view bytes(bytes_.data(), N);
        const usize first = std::min(to - from, N - index(from));
        sink.write(bytes.substr(index(from), first));
        if (first < to - from) {
            sink.write(bytes.substr(0, to - from - first));
        }
    }

    std::array<char, N> bytes_{};
    u64 begin_ = 0; ///< of the oldest line; free-running
    u64 end_ = 0;   ///< behind the newest line; free-running
};

} // namespace base
