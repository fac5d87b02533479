#include "kernel/core/log.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::core {

namespace {

constexpr std::string_view kCutMark = "...";

constexpr std::string_view prefix_of(LogLevel level) {
    switch (level) {
    case LogLevel::Error: return "error: ";
    case LogLevel::Warning: return "warning: ";
    case LogLevel::Info:
    case LogLevel::Debug: return "";
    }
    return "";
}

} // namespace

void Log::write(LogLevel level, std::string_view text) {
    base::FixedText<kLineBytes + 16> line;
    base::print(line, "{}{}", prefix_of(level), text.substr(0, kLineBytes));
    if (text.size() > kLineBytes) {
        base::print(line, "{}", kCutMark);
    }
    const bool shown = level <= level_;
    ring_.with([&line, shown](auto& ring) {
        ring.write_line(line.view());
        // Under the lock, so that lines of two processors do not mix.
        if (shown) {
            Arch::write_console(line.view());
            Arch::write_console("\n");
        }
    });
}

Log::Piece Log::read(base::u64 position, std::span<char> to) {
    return ring_.with([position, to](const auto& ring) {
        const auto piece = ring.read(position, to);
        return Piece{.position = piece.position, .bytes = piece.bytes, .end = ring.end()};
    });
}

base::usize Log::read_typed(std::span<char> to) {
    return ring_.with([to](const auto&) { return Arch::read_console(to); });
}

void Log::print_tail(base::TextSink& sink, base::usize count) const {
    ring_.unlocked_for_report().print_last_lines(sink, count, "  ");
}

} // namespace kernel::core
