#include "tools/tess/verbs/bench_groups.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <print>
#include <regex>

#include "tools/tess/verbs/bench_guest.hpp"
#include "tools/tess/verbs/yardstick.hpp"

namespace tess {

namespace {

/// What a plugin of tests/bench/costs has counted in a round of calls: by name, from thousandths.
std::optional<std::map<std::string, double>> count_costs(const machine::Machine& machine, std::string_view plugin) {
    static const std::regex kCount("FIGURE (ipc\\.[a-z._]+) ([0-9]+) thousandths");
    const auto guest =
        process::capture({.arguments = machine::qemu_arguments(with_plugin(machine, plugin))}, process::Seconds{120});
    std::map<std::string, double> counts;
    for (std::sregex_iterator at(guest.output.begin(), guest.output.end(), kCount), end; at != end; ++at) {
        counts[(*at)[1]] = std::stod((*at)[2]) / 1000;
    }
    if (guest.outcome.status != machine::kStatusSuccess || counts.empty()) {
        std::println(stderr, "error: what calls cost was not counted:\n{}", guest.output);
        return std::nullopt;
    }
    return counts;
}

/// A call and its answer write no register by WRMSR, save no vectors and touch no device: an IPI would be one of these.
Measured measure_costs(const machine::Machine& machine) {
    const auto counts = count_costs(machine, "costs");
    if (!counts) {
        return std::nullopt;
    }
    for (const auto* name : {"ipc.call.wrmsr", "ipc.call.xsave", "ipc.call.devices"}) {
        if (counts->at(name) != 0) {
            std::println(stderr, "error: {} is {} a round, and must be 0", name, counts->at(name));
            return std::nullopt;
        }
    }
    return std::vector{Figure{"ipc.call.costly", "count", {counts->at("ipc.call.tables")}},
                       Figure{"ipc.call.entries", "count", {counts->at("ipc.call.entries")}}};
}

/// What calls on four processors have in common, and what a call from one to another sends; once, for nothing in it is
/// left to chance.
Measured measure_sharing() {
    const auto machine = machine_for("test/bench_machine", "128M", 4);
    const auto counts = machine ? count_costs(*machine, "sharing") : std::nullopt;
    if (!counts) {
        return std::nullopt;
    }
    std::vector<Figure> figures;
    for (const auto& [name, count] : *counts) {
        figures.push_back({name, "count", {count}});
    }
    return figures;
}

Measured measure_ipc() {
    const auto machine = machine_for("test/bench_ipc", "128M", 1);
    auto figures = machine ? measure_guest(*machine, "calls") : std::nullopt;
    const auto costs = figures ? measure_costs(*machine) : std::nullopt;
    const auto sharing = costs ? measure_sharing() : std::nullopt;
    if (!sharing) {
        return std::nullopt;
    }
    figures->insert(figures->begin(), costs->begin(), costs->end());
    figures->insert(figures->end(), sharing->begin(), sharing->end());
    return figures;
}

/// How late threads are woken while others keep the kernel busy, on one processor and on two; once, for nothing in it
/// is left to chance.
Measured measure_wakeups() {
    constexpr process::Seconds kLimit{900};
    // A process fills 1 GiB, while what the last one had is still being given back.
    auto machine = machine_for("test/bench_wakeups", "3072M", 1);
    if (!machine) {
        return std::nullopt;
    }
    auto figures = measure_guest(*machine, "wake-ups on one processor", 1, kLimit);
    machine->cpus = 2;
    const auto together = measure_guest(*machine, "wake-ups on two processors", 1, kLimit);
    if (!figures || !together) {
        return std::nullopt;
    }
    figures->insert(figures->end(), together->begin(), together->end());
    return figures;
}

/// Fairness over ten seconds of the guest's time, on two processors; once, for nothing in it is left to chance.
Measured measure_scheduler() {
    auto machine = machine_for("test/bench_scheduler", "256M", 1);
    if (!machine) {
        return std::nullopt;
    }
    auto figures = measure_guest(*machine, "the scheduler's figures");
    machine->cpus = 2;
    auto fairness = measure_guest(*machine, "the scheduler's fairness", 1);
    const auto wakeups = measure_wakeups();
    if (!figures || !fairness || !wakeups) {
        return std::nullopt;
    }
    figures->insert(figures->end(), wakeups->begin(), wakeups->end());
    for (Figure& figure : *fairness) {
        figure.unit = "percent";
        figure.values.front() /= 1000;
        figures->push_back(figure);
    }
    return figures;
}

/// A second serial port and QEMU's edu: what drivers of tests have.
constexpr std::array kDevices{"-serial", "null", "-device", "edu"};

/// A system that runs while the longest stretch without interrupts is looked for.
struct Stretches {
    const char* system;
    const char* memory;
    int cpus;
    machine::Clock clock = machine::Clock::Instructions;
};

/// All that the groups boot, and the suite of the kernel's interface. That runs by the host's clock with four
/// processors, as in ./test: counted, it did not end within ten minutes.
constexpr std::array kStretches{Stretches{"test/bench_ipc", "128M", 1},
                                Stretches{"test/bench_machine", "128M", 1},
                                Stretches{"test/bench_machine", "128M", 4},
                                Stretches{"test/bench_scheduler", "256M", 1},
                                Stretches{"test/bench_scheduler", "256M", 2},
                                Stretches{"test/bench_wakeups", "3072M", 1},
                                Stretches{"test/bench_wakeups", "3072M", 2},
                                Stretches{"test/abi", "128M", 1},
                                Stretches{"test/abi", "128M", 4, machine::Clock::Host}};

/// The longest stretch of one of them.
std::optional<double> find_longest_stretch(const Stretches& where) {
    constexpr process::Seconds kLimit{900};
    auto machine = machine_for(where.system, where.memory, where.cpus);
    if (!machine) {
        return std::nullopt;
    }
    machine->clock = where.clock;
    machine->extra.assign(kDevices.begin(), kDevices.end());
    const auto found = measure_guest(with_plugin(*machine, "stretches"), where.system, 1, kLimit);
    if (!found) {
        return std::nullopt;
    }
    const auto at = std::ranges::find(*found, "kernel.longest_off", &Figure::name);
    if (at == found->end()) {
        std::println(stderr, "error: no stretch of {} was told", where.system);
        return std::nullopt;
    }
    return at->values.front();
}

Measured measure_stretches() {
    Figure longest{"kernel.longest_off", "insn", {0}};
    for (const Stretches& where : kStretches) {
        const auto length = find_longest_stretch(where);
        if (!length) {
            return std::nullopt;
        }
        std::println("# longest stretch of {} with {} processors: {}", where.system, where.cpus, *length);
        longest.values.front() = std::max(longest.values.front(), *length);
    }
    return std::vector{longest};
}

Measured measure_driver() {
    auto machine = machine_for("test/bench_machine", "128M", 1);
    if (!machine) {
        return std::nullopt;
    }
    machine->extra.assign(kDevices.begin(), kDevices.end());
    return measure_guest(*machine, "a driver");
}

Measured measure_machine() {
    auto figures = measure_banner("machine.banner.smp4", "128M", 4);
    for (const auto& more :
         {measure_in_kernel("UserThread", 1), measure_in_kernel("IsMeasured", 4), measure_driver()}) {
        if (!figures || !more) {
            return std::nullopt;
        }
        figures->insert(figures->end(), more->begin(), more->end());
    }
    return figures;
}

/// In 2 GiB: a memory object of 1 GiB is cloned.
Measured measure_memory() { return measure_in_kernel("MemoryFigures", 1, "2G"); }

/// How large a file is; nothing, with a word to the user, if it is not built.
std::optional<Figure> measure_file(std::string name, const std::string& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) {
        std::println(stderr, "error: {} is not built", path);
        return std::nullopt;
    }
    return Figure{std::move(name), "bytes", {static_cast<double>(size)}};
}

Measured measure_boot() {
    std::vector<Figure> figures;
    for (const auto& [name, memory] : {std::pair{"boot.banner.128m", "128M"}, std::pair{"boot.banner.4g", "4G"}}) {
        const auto measured = measure_banner(name, memory, 1);
        if (!measured) {
            return std::nullopt;
        }
        figures.push_back(measured->front());
    }
    const auto size = measure_file("boot.kernel_elf", "out/kernel-release/kernel/tessera.elf");
    if (!size) {
        return std::nullopt;
    }
    figures.push_back(*size);
    return figures;
}

/// Both sides in turn; the Linux guest's figure is printed for comparison only.
Measured measure_idle() {
    machine::Machine machine;
    machine.kernel = "out/kernel-release/kernel/tessera.elf";
    machine.cpus = 4;
    auto linux_guest = yardstick::idle_linux();
    if (!linux_guest) {
        return std::nullopt;
    }
    linux_guest->cpus = machine.cpus;
    Figure ours{"machine.idle", "percent", yardstick::measure_idle(machine, "Tessera ")};
    Figure theirs{"linux.idle", "percent", yardstick::measure_idle(*linux_guest, "idle from now on")};
    if (ours.values.empty() || theirs.values.empty()) {
        return std::nullopt;
    }
    return std::vector{std::move(ours), std::move(theirs)};
}

/// Of native programs, in a system of their own.
Measured measure_native() {
    const auto machine = machine_for("test/bench_sdk", "128M", 1);
    auto figures = machine ? measure_guest(*machine, "native programs") : std::nullopt;
    const auto size =
        measure_file("sdk.smallest_program", "out/user-release/tests/bench/calls/tests_bench_smallest.elf");
    if (!figures || !size) {
        return std::nullopt;
    }
    figures->push_back(*size);
    return figures;
}

/// Of the runtime of programs, which the host runs as well; once, for nothing in it is left to chance.
Measured measure_sdk() {
    auto figures = measure_program("out/host-release/tests/bench/async/async_bench");
    const auto calls = measure_program("out/host-release/tests/bench/rpc/rpc_bench");
    const auto native = figures && calls ? measure_native() : std::nullopt;
    if (!native) {
        return std::nullopt;
    }
    figures->insert(figures->end(), calls->begin(), calls->end());
    figures->insert(figures->end(), native->begin(), native->end());
    return figures;
}

constexpr std::array kGroups{
    Group{"boot", "first instruction to banner, and the size of the kernel", measure_boot},
    Group{"memory", "frames, slabs and address spaces", measure_memory},
    Group{"ipc", "calls of the kernel by a program", measure_ipc},
    Group{"scheduler", "switches of threads, parked ones, fairness, and wake-ups while much goes on",
          measure_scheduler},
    Group{"machine", "processors and interrupts", measure_machine},
    Group{"sdk", "tasks, Jobs on their workers, and what types add to a call, in programs of the host; native programs",
          measure_sdk, "single steps of the host's own processor; of native programs QEMU counts instructions"},
    Group{"stretches", "the longest time in which the kernel takes no interrupt, over all groups and the ABI suite",
          measure_stretches, "QEMU counts instructions from an entry of the kernel to where it lets interrupts in"},
    Group{"idle", "what an idle system uses of the host's processor, beside an idle Linux guest; a minute each",
          measure_idle, "q35, 4 vCPUs, processor time of the host: three times 20 seconds each"},
};

} // namespace

std::span<const Group> bench_groups() { return kGroups; }

} // namespace tess
