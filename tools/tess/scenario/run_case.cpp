#include <array>
#include <cstring>
#include <fcntl.h>
#include <format>
#include <fstream>
#include <functional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/process/idle_meter.hpp"
#include "tools/tess/report/report.hpp"
#include "tools/tess/scenario/scenario.hpp"

namespace tess::scenario {

namespace {

constexpr std::string_view kPrompt = "(qemu) ";
constexpr timeval kMonitorLimit{.tv_sec = 5, .tv_usec = 0};

/// Reads until the monitor has asked for a command `times` times, or says nothing more.
void await_prompts(int connection, int times) {
    std::string text;
    std::array<char, 256> part{};
    for (std::size_t at = 0; times > 0;) {
        const ssize_t count = read(connection, part.data(), part.size());
        if (count <= 0) {
            return;
        }
        text.append(part.data(), static_cast<std::size_t>(count));
        while (times > 0 && text.find(kPrompt, at) != std::string::npos) {
            at = text.find(kPrompt, at) + kPrompt.size();
            --times;
        }
    }
}

/// One line to the emulator's monitor. Returns when it has been carried out.
void send_to_monitor(const std::string& path, const std::string& line) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &kMonitorLimit, sizeof(kMonitorLimit));
    // SAFETY: the sockets interface takes each address family through its common head.
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        await_prompts(connection, 1);
        const std::string text = line + "\n";
        static_cast<void>(write(connection, text.data(), text.size()));
        await_prompts(connection, 1);
    }
    close(connection);
}

/// What a machine's console reads as typed.
class Keyboard {
  public:
    Keyboard() {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
            ends_ = {-1, -1};
        }
    }

    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;

    ~Keyboard() {
        close(ends_[0]);
        close(ends_[1]);
    }

    [[nodiscard]] int output() const { return ends_[0]; }

    /// At most what a pipe holds.
    void type(const std::string& text) const { static_cast<void>(write(ends_[1], text.data(), text.size())); }

  private:
    std::array<int, 2> ends_{};
};

/// Says what is prompted for, once.
class Prompter {
  public:
    Prompter(const Prompted& prompted, std::function<void(const std::string&)> say)
        : prompted_(prompted), say_(std::move(say)), is_said_(prompted.send.empty()) {}

    void take(const std::string& line) {
        if (!is_said_ && matches(line, prompted_.after)) {
            is_said_ = true;
            say_(prompted_.send);
        }
    }

  private:
    const Prompted& prompted_;
    std::function<void(const std::string&)> say_;
    bool is_said_;
};

machine::Machine prepared(const Case& wanted, const Places& places) {
    machine::Machine machine = wanted.machine;
    machine.kernel = places.builds + "/" + wanted.kernel + "/kernel/" + wanted.program + ".elf";
    machine.control_socket = wanted.monitor.send.empty() ? "" : places.socket_base;
    return machine;
}

std::expected<std::string, std::string> bundle_of(const std::string& name) {
    return system::load(name).and_then([](const system::System& system) { return bundle::pack(system); });
}

std::vector<std::string> arguments_of(const Case& wanted, const machine::Machine& machine,
                                      const machine::BootDisc& disc, const Places& places) {
    if (!wanted.start.empty()) {
        std::vector<std::string> words = wanted.start;
        words.push_back(machine.kernel);
        if (!machine.bundle.empty()) {
            words.push_back(machine.bundle);
        }
        return words;
    }
    return machine.emulator == machine::Emulator::Bochs ? machine::bochs_arguments(machine, disc, places.scratch)
                                                        : machine::qemu_arguments(machine, disc);
}

} // namespace

std::string run_case(const Case& wanted, const Places& places) {
    std::ofstream log(places.log);
    machine::Machine machine = prepared(wanted, places);
    if (!wanted.system.empty()) {
        auto path = bundle_of(wanted.system);
        if (!path) {
            return path.error();
        }
        machine.bundle = *std::move(path);
    }
    machine::BootDisc disc;
    if (machine.door == machine::Door::Multiboot2) {
        auto made = machine::make_boot_disc(machine, places.scratch);
        if (!made) {
            return made.error();
        }
        disc = *std::move(made);
    }
    Judge judge(wanted);
    const Keyboard keyboard;
    Prompter monitor(wanted.monitor, [&](const std::string& line) { send_to_monitor(places.socket_base, line); });
    Prompter typist(wanted.typed, [&](const std::string& text) { keyboard.type(text); });
    report::ReportFilter filter(report::make_symbolizer(places.builds), [&](const std::string& line) {
        log << line << '\n' << std::flush;
        judge.take(line);
        monitor.take(line);
        typist.take(line);
    });
    const bool is_idle_measured = wanted.idle.window.count() != 0;
    process::IdleMeter meter(wanted.idle.window);
    report::LineSplitter lines([&filter](const std::string& line) { filter.take(line); });
    const auto on_output = [&](std::string_view text) {
        lines.take(text);
        const bool satisfied = judge.is_satisfied();
        if (satisfied && is_idle_measured) {
            meter.begin();
        }
        const bool done = wanted.status == kStillRunning && satisfied && !is_idle_measured;
        return done || !judge.offence().empty() ? process::Verdict::Stop : process::Verdict::Continue;
    };
    const std::vector<std::string> arguments = arguments_of(wanted, machine, disc, places);
    const process::Outcome outcome = process::run({.arguments = arguments,
                                                   .input = wanted.typed.send.empty() ? -1 : keyboard.output(),
                                                   .watch = [&meter](int process) { return meter.watch(process); }},
                                                  wanted.limit, on_output);
    lines.finish();
    filter.finish();
    unlink(places.socket_base.c_str());
    if (const auto share = meter.share()) {
        constexpr double kPercent = 100;
        log << std::format("idle: {:.2f} % of a processor\n", *share * kPercent);
    }
    const std::string wrong = judge.verdict(outcome);
    return wrong.empty() ? judge.verdict_of_idleness(meter.share()) : wrong;
}

} // namespace tess::scenario
