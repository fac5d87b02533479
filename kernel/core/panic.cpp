#include "kernel/core/panic.hpp"

#include <atomic>
#include <span>

#include "base/address.hpp"
#include "base/format.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/build_id.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::core {

namespace {

using base::u64;
using base::usize;

constexpr usize kLogTail = 16;

/// Straight to the console ports: no lock, no ring.
class ConsoleSink final : public base::TextSink {
  public:
    void write(std::string_view text) override { Arch::write_console(text); }
};

constexpr u64 kNobody = ~u64{0};

/// Which processor reports.
constinit std::atomic<u64> reporter{kNobody};

/// The first processor that fails reports and stops the others. If its report fails too, one line says so.
void begin_report() {
    u64 first = kNobody;
    if (reporter.compare_exchange_strong(first, Arch::cpu_index())) {
        Arch::stop_others();
        return;
    }
    if (first == Arch::cpu_index()) {
        Arch::write_console("\nPANIC while reporting a panic\nEND OF REPORT\n");
        end(ExitCode::Panic);
    }
    Arch::stop();
}

void print_identity(base::TextSink& sink) {
    base::print(sink, "build-id: ");
    for (const std::byte part : build_id()) {
        base::print(sink, "{:02x}", static_cast<unsigned>(part));
    }
    base::print(sink, "  slide: {:#x}\ncpu: {}\n", kernel().slide, Arch::cpu_index());
}

/// Number 0 is the address of an instruction; the others are return addresses, behind the call.
void print_backtrace(base::TextSink& sink, std::span<const u64> addresses, usize number) {
    base::print(sink, "backtrace:\n");
    for (const u64 address : addresses) {
        base::print(sink, "  #{} {:#018x}\n", number++, address);
    }
}

[[noreturn]] void finish_report(base::TextSink& sink) {
    base::print(sink, "last log lines:\n");
    kernel().log.print_tail(sink, kLogTail);
    base::print(sink, "END OF REPORT\n");
    end(ExitCode::Panic);
}

[[noreturn]] void report_call(std::string_view reason, std::string_view detail) {
    begin_report();
    ConsoleSink sink;
    base::print(sink, "\nPANIC: {}{}{}\n", reason, detail.empty() ? "" : ": ", detail);
    print_identity(sink);
    Arch::FrameAddresses addresses{};
    print_backtrace(sink, Arch::walk_stack(base::address_of(__builtin_frame_address(0)), addresses), 1);
    finish_report(sink);
}

} // namespace

void panic(std::string_view reason) { report_call(reason, {}); }

void panic_from(std::string_view reason, std::string_view detail) { report_call(reason, detail); }

void panic_assertion(std::string_view condition, std::string_view message, std::string_view file, base::u32 line) {
    base::FixedText<256> text;
    base::print(text, "{}{}{} ({}:{})", condition, message.empty() ? "" : ", ", message, file, line);
    report_call("assertion failed", text.view());
}

} // namespace kernel::core

/// The end of every exception's entry.
extern "C" [[noreturn]] void kernel_exception(const kernel::Arch::Frame& frame);

void kernel_exception(const kernel::Arch::Frame& frame) {
    using namespace kernel;
    using namespace kernel::core;

    begin_report();
    ConsoleSink sink;
    base::print(sink, "\nPANIC: ");
    Arch::describe_exception(sink, frame);
    base::print(sink, "\n");
    print_identity(sink);
    frame.print(sink);
    Arch::FrameAddresses addresses{};
    print_backtrace(sink, Arch::walk_stack(frame, addresses), 0);
    finish_report(sink);
}
