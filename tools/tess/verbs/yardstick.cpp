#include "tools/tess/verbs/yardstick.hpp"

#include <print>
#include <sstream>

#include "tools/tess/process/idle_meter.hpp"

namespace tess::yardstick {

namespace {

using Row = std::vector<std::string>;

/// Linux without what costs instructions and that we have no counterpart of.
constexpr std::string_view kWords =
    "console=ttyS0 quiet loglevel=0 panic=-1 mitigations=off nokaslr tsc=reliable clocksource=tsc no_timer_check "
    "nowatchdog "
    "audit=0 apparmor=0 selinux=0 init_on_alloc=0 init_on_free=0 randomize_kstack_offset=off "
    "cgroup_disable=memory,pressure "
    "psi=0 cryptomgr.notests rcupdate.rcu_expedited=1 page_alloc.shuffle=0 vsyscall=none";
constexpr std::string_view kCountedWords = " tsc_early_khz=1000000 lpj=4000000";

/// Builds what is missing, and describes the guest.
std::optional<machine::Machine> linux_guest() {
    constexpr process::Seconds kLimit{600};
    const auto made = process::capture({.arguments = {"tests/yardsticks/make-image"}}, kLimit);
    if (made.outcome.status != 0) {
        std::println(stderr, "error: the Linux guest cannot be made:\n{}", made.output);
        return std::nullopt;
    }
    machine::Machine machine;
    machine.memory = "1024M"; // below 512 MiB Linux leaves out large pages
    machine.cpu = "max,erms=off,fsrm=off";
    machine.kernel = "out/yardsticks/linux";
    machine.bundle = "out/yardsticks/image";
    machine.command_line = kWords;
    return machine;
}

Row split_at_spaces(const std::string& line) {
    std::istringstream stream(line);
    Row row;
    for (std::string word; stream >> word;) {
        row.push_back(word);
    }
    return row;
}

double measure_once(const machine::Machine& machine, const std::string& ready, process::Seconds window) {
    constexpr process::Seconds kLimit{400};
    process::IdleMeter meter(window);
    std::string output;
    process::run({.arguments = machine::qemu_arguments(machine),
                  .watch = [&meter](int process) { return meter.watch(process); }},
                 kLimit, [&](std::string_view text) {
                     output += text;
                     if (output.contains(ready)) {
                         meter.begin();
                     }
                     return process::Verdict::Continue;
                 });
    constexpr double kPercent = 100;
    return meter.share().value_or(-1) * kPercent;
}

} // namespace

std::optional<std::vector<Row>> measure_linux() {
    constexpr process::Seconds kLimit{300};
    auto machine = linux_guest();
    if (!machine) {
        return std::nullopt;
    }
    machine->clock = machine::Clock::Instructions;
    machine->command_line += kCountedWords;
    const auto guest = process::capture({.arguments = machine::qemu_arguments(*machine)}, kLimit);
    std::vector<Row> rows;
    std::istringstream lines(guest.output);
    for (std::string line; std::getline(lines, line);) {
        if (const Row row = split_at_spaces(line); row.size() == 6 && row[2] == "insn") {
            rows.push_back(row);
        }
    }
    if (!guest.output.contains("done") || rows.empty()) {
        std::println(stderr, "error: the Linux guest did not measure:\n{}", guest.output);
        return std::nullopt;
    }
    return rows;
}

std::optional<machine::Machine> idle_linux() {
    auto machine = linux_guest();
    if (machine) {
        machine->command_line += " yardstick=idle";
    }
    return machine;
}

std::vector<double> measure_idle(const machine::Machine& machine, const std::string& ready) {
    constexpr int kStretches = 3;
    constexpr process::Seconds kWindow{20};
    std::vector<double> shares;
    for (int stretch = 0; stretch < kStretches; ++stretch) {
        const double share = measure_once(machine, ready, kWindow);
        if (share < 0) {
            std::println(stderr, "error: '{}' did not come", ready);
            return {};
        }
        shares.push_back(share);
    }
    return shares;
}

} // namespace tess::yardstick
