#include <filesystem>
#include <format>
#include <netinet/in.h>
#include <print>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/process/process.hpp"
#include "tools/tess/report/live_filter.hpp"
#include "tools/tess/verbs/proved_system.hpp"
#include "tools/tess/verbs/run_request.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess run SYSTEM [options]     (./run is: tess run default)
  --machine q35|pc|microvm     --memory SIZE (128MiB)     --cpus N
  --boot pvh|multiboot2        the boot protocol; multiboot2 goes through GRUB, on q35 or pc
  --firmware bios|uefi         what starts GRUB
  --accel auto|kvm|tcg         auto takes KVM where the CPU and /dev/kvm have it
  --kernel PRESET              kernel-release (default) or kernel-debug
  --program NAME               tessera (default) or ktest
  --append "OPTIONS"           more for the kernel's command line
  --gdb[=PORT]                 waits for gdb and prints the line to type)";

/// A port that nothing listens on: the wanted one if it is free.
int free_port(int wanted) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(wanted));
    // SAFETY: the sockets interface takes each address family through its common head.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (bind(probe, generic, sizeof(address)) != 0) {
        address.sin_port = 0;
        static_cast<void>(bind(probe, generic, sizeof(address)));
    }
    socklen_t size = sizeof(address);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    close(probe);
    return ntohs(address.sin_port);
}

/// The terminal as it was, whatever the emulator does to it.
class TerminalKeeper {
  public:
    TerminalKeeper() : kept_(tcgetattr(STDIN_FILENO, &settings_) == 0) {}

    TerminalKeeper(const TerminalKeeper&) = delete;
    TerminalKeeper& operator=(const TerminalKeeper&) = delete;

    ~TerminalKeeper() {
        if (kept_) {
            tcsetattr(STDIN_FILENO, TCSANOW, &settings_);
        }
    }

  private:
    termios settings_{};
    bool kept_;
};

ExitStatus exit_status(const process::Outcome& outcome, bool saw_panic) {
    if (outcome.status == 127) {
        std::println(stderr, "error: qemu-system-x86_64 is not installed");
        return ExitStatus::NotBuilt;
    }
    if (saw_panic || outcome.status == machine::kStatusPanic) {
        return ExitStatus::GuestPanic;
    }
    return outcome.status == 0 || outcome.status == machine::kStatusSuccess ? ExitStatus::Good : ExitStatus::Failed;
}

/// Runs the machine in this terminal, with reports made readable.
ExitStatus run_in_terminal(const machine::Machine& machine, const machine::BootDisc& disc) {
    const TerminalKeeper keeper;
    report::LiveFilter filter(report::make_symbolizer("out"), [](std::string_view text) {
        std::print("{}", text);
        std::fflush(stdout);
    });
    const auto outcome = process::run({.arguments = machine::qemu_arguments(machine, disc), .terminal = true},
                                      process::Seconds{0}, [&filter](std::string_view text) {
                                          filter.take(text);
                                          return process::Verdict::Continue;
                                      });
    filter.finish();
    return exit_status(outcome, filter.saw_panic());
}

/// Chooses the port, and says what to type in the other terminal.
void wait_for_debugger(RunRequest& request, int wanted_port) {
    request.machine.debugger_port = free_port(wanted_port);
    std::println(stderr,
                 "Waiting for gdb. In another terminal type:\n"
                 "  gdb -x tools/gdb/tessera.py {}.debug.elf -ex 'target remote :{}' -ex tessera-start",
                 request.program, request.machine.debugger_port);
}

ExitStatus run_request(RunRequest request) {
    std::error_code problem;
    if (!std::filesystem::exists(request.machine.kernel, problem)) {
        std::println(stderr, "error: {} is not built", request.machine.kernel);
        return ExitStatus::NotBuilt;
    }
    if (request.debugger_port) {
        wait_for_debugger(request, *request.debugger_port);
    }
    machine::BootDisc disc;
    if (request.machine.door == machine::Door::Multiboot2) {
        auto made = machine::make_boot_disc(request.machine, "out/systems/disc");
        if (!made) {
            std::println(stderr, "error: {}", made.error());
            return ExitStatus::NotBuilt;
        }
        disc = *std::move(made);
    }
    std::println(stderr, "Leave with Ctrl-A X.");
    return run_in_terminal(request.machine, disc);
}

} // namespace

ExitStatus run_verb(const Words& arguments) {
    const auto options = read_options(arguments, run_option_set(), kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() != 1) {
        return refuse("one system is needed", kUsage);
    }
    const auto system = read_system(options->words[0], kUsage);
    if (!system) {
        return system.error();
    }
    auto request = prepare_run(*system, *options, machine::best_accelerator());
    if (!request) {
        return refuse(request.error(), kUsage);
    }
    const auto bundle = bundle::pack(*system);
    if (!bundle) {
        std::println(stderr, "error: {}", bundle.error());
        return pack_failure(*system);
    }
    request->machine.bundle = *bundle;
    return run_request(std::move(*request));
}

} // namespace tess
