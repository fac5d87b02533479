/// The kernel's log: lines with a level, kept in a ring and shown on the console.
#pragma once

#include <span>
#include <string_view>

#include "base/format.hpp"
#include "base/guarded.hpp"
#include "base/text_ring.hpp"
#include "base/types.hpp"
#include "kernel/core/lock_class.hpp"

namespace kernel::core {

enum class LogLevel : base::u8 { Error, Warning, Info, Debug };

/// Keeps the last kRingBytes of text; what is at or below the level also goes to the console. Any context may write.
class Log {
  public:
    static constexpr base::usize kRingBytes = 16 << 10;
    static constexpr base::usize kLineBytes = 240;

    /// Lines above `level` are kept, but not shown.
    void set_level(LogLevel level) { level_ = level; }

    /// Adds one line, without line end; what is longer than kLineBytes is cut and ends in "...".
    void write(LogLevel level, std::string_view text);

    /// What read() copied: how many bytes, the first of which stood at `position`, and where the log ends.
    struct Piece {
        base::u64 position;
        base::usize bytes;
        base::u64 end;
    };

    /// Copies what stands from `position` on, counted in all that was ever logged, or from the oldest line on that is
    /// kept, as much as fits.
    Piece read(base::u64 position, std::span<char> to);

    /// Takes from the console what was typed and fits in `to`, without waiting: how many bytes.
    base::usize read_typed(std::span<char> to);

    /// Prints the last lines, at most `count`, oldest first. Takes no lock: for the report of a dying kernel.
    void print_tail(base::TextSink& sink, base::usize count) const;

  private:
    base::Guarded<base::TextRing<kRingBytes>, KernelLock, kLogLock> ring_;
    LogLevel level_ = LogLevel::Info;
};

} // namespace kernel::core
