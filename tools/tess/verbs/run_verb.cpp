#include <algorithm>
#include <filesystem>
#include <format>
#include <netinet/in.h>
#include <print>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"
#include "tools/tess/report/report.hpp"
#include "tools/tess/system/system.hpp"
#include "tools/tess/verbs/options.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess run SYSTEM [options]     (./run is: tess run default)
  --machine q35|pc|microvm     --memory SIZE (128MiB)     --cpus N
  --boot pvh                   the boot protocol
  --accel auto|kvm|tcg         auto takes KVM where the CPU and /dev/kvm have it
  --kernel PRESET              kernel-release (default) or kernel-debug
  --program NAME               tessera (default) or ktest
  --append "OPTIONS"           more for the kernel's command line
  --gdb                        waits for gdb and prints the line to type; --gdb-port N asks for a port)";

const OptionSet kKnown{.with_value = {"--machine", "--memory", "--cpus", "--boot", "--accel", "--kernel", "--program",
                                      "--append", "--gdb-port"},
                       .flags = {"--gdb", "--help"}};

using Prepared = std::expected<machine::Machine, std::string>;

bool is_one_of(const std::string& word, std::initializer_list<const char*> allowed) {
    return std::ranges::any_of(allowed, [&word](const char* each) { return word == each; });
}

/// A port that nothing listens on: the wanted one if it is free.
int free_port(int wanted) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(wanted));
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

/// Applies the command line's choices to what the description says.
Prepared prepare(const system::System& system, const Options& options) {
    machine::Machine machine;
    machine.type = options.get("--machine", system.machine == "any" ? "q35" : system.machine);
    if (!is_one_of(machine.type, {"q35", "pc", "microvm"})) {
        return std::unexpected(std::format("'{}' is no machine: q35, pc or microvm", machine.type));
    }
    if (options.get("--boot", "pvh") != "pvh") {
        return std::unexpected(std::format("'{}' is no boot protocol of this kernel: pvh", options.get("--boot", "")));
    }
    const auto memory = machine::parse_memory(options.get("--memory", system.memory));
    const auto cpus = parse_count(options.get("--cpus", std::to_string(system.cpus)), 1, 64, "number of CPUs");
    if (!memory || !cpus) {
        return std::unexpected(memory ? cpus.error() : memory.error());
    }
    machine.memory = *memory;
    machine.cpus = *cpus;
    machine.command_line = options.get("--append", "");
    machine.console = machine::Console::Terminal;
    const std::string accelerator = options.get("--accel", "auto");
    if (!is_one_of(accelerator, {"auto", "kvm", "tcg"})) {
        return std::unexpected(std::format("'{}' is no accelerator: auto, kvm or tcg", accelerator));
    }
    machine.accelerator = accelerator == "tcg" ? machine::Accelerator::Emulation : machine::best_accelerator();
    if (accelerator == "kvm" && machine.accelerator != machine::Accelerator::Kvm) {
        return std::unexpected("this host has no KVM: its CPU shows neither vmx nor svm, or /dev/kvm does not open");
    }
    return machine;
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

/// Runs the machine in this terminal, with reports made readable.
ExitStatus run_in_terminal(const machine::Machine& machine) {
    const TerminalKeeper keeper;
    report::ReportFilter filter(report::make_symbolizer("out"), [](const std::string& line) { std::print("{}\r\n", line); });
    std::size_t shown = 0; // of a line that is not complete: people wait for prompts
    report::LineSplitter lines([&](const std::string& line) {
        if (shown != 0) {
            std::print("{}\r\n", line.substr(shown));
        } else {
            filter.take(line);
        }
        shown = 0;
    });
    const auto outcome = process::run({.arguments = machine::qemu_arguments(machine), .terminal = true}, process::Seconds{0},
                                      [&](std::string_view text) {
                                          lines.take(text);
                                          if (!lines.partial().starts_with("  #") && lines.partial().size() > shown) {
                                              std::print("{}", lines.partial().substr(shown));
                                              std::fflush(stdout);
                                              shown = lines.partial().size();
                                          }
                                          return process::Verdict::Continue;
                                      });
    lines.finish();
    filter.finish();
    if (outcome.status == 127) {
        std::println(stderr, "error: qemu-system-x86_64 is not installed");
        return ExitStatus::NotBuilt;
    }
    if (filter.saw_panic() || outcome.status == machine::kStatusPanic) {
        return ExitStatus::GuestPanic;
    }
    return outcome.status == 0 || outcome.status == machine::kStatusSuccess ? ExitStatus::Good : ExitStatus::Failed;
}

std::expected<system::System, std::string> load_system(const std::string& name) {
    const std::string path = "systems/" + name + ".toml";
    bool found = false;
    const std::string text = read_file(path, found);
    if (!found) {
        return std::unexpected(std::format("there is no system '{}': {} cannot be read", name, path));
    }
    return system::parse_system(text, path);
}

/// Chooses the port, and says what to type in the other terminal.
void wait_for_debugger(machine::Machine& machine, const std::string& symbols, int wanted) {
    machine.debugger_port = free_port(wanted);
    std::println(stderr, "Waiting for gdb. In another terminal type:\n  gdb -x tools/gdb/tessera.py {} -ex 'target remote :{}'",
                 symbols, machine.debugger_port);
}

} // namespace

ExitStatus run_verb(const Words& arguments) {
    const auto options = parse_options(arguments, kKnown);
    if (!options) {
        return refuse(options.error(), kUsage);
    }
    if (options->has("--help")) {
        std::println("{}", kUsage);
        return ExitStatus::Good;
    }
    if (options->words.size() != 1) {
        return refuse("one system is needed", kUsage);
    }
    const auto system = load_system(options->words[0]);
    if (!system) {
        return refuse(system.error(), kUsage);
    }
    Prepared machine = prepare(*system, *options);
    const auto port = parse_count(options->get("--gdb-port", "1234"), 1, 65535, "port");
    if (!machine || !port) {
        return refuse(machine ? port.error() : machine.error(), kUsage);
    }
    const std::string build = std::format("out/{}/kernel/{}", options->get("--kernel", "kernel-release"),
                                          options->get("--program", "tessera"));
    machine->kernel = build + ".elf";
    std::error_code problem;
    if (!std::filesystem::exists(machine->kernel, problem)) {
        std::println(stderr, "error: {} is not built", machine->kernel);
        return ExitStatus::NotBuilt;
    }
    if (options->has("--gdb") || options->has("--gdb-port")) {
        wait_for_debugger(*machine, build + ".debug.elf", *port);
    }
    std::println(stderr, "Leave with Ctrl-A X.");
    return run_in_terminal(*machine);
}

} // namespace tess
