#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <format>
#include <map>
#include <optional>
#include <print>
#include <regex>
#include <sstream>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"
#include "tools/tess/verbs/options.hpp"
#include "tools/tess/verbs/verbs.hpp"
#include "tools/tess/verbs/yardstick.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess bench [GROUP] [--compare FILE | --linux]     (./bench is: tess bench)
  without a group: the groups that exist
  --compare FILE     sets the figures beside another system's, such as a Linux guest's: name value unit lines
  --linux            measures a Linux guest in the same run and sets the figures beside its)";

constexpr int kRuns = 3;
constexpr std::string_view kTargets = "tests/bench/targets.tsv";
constexpr std::string_view kNames = "tests/bench/names.tsv";

/// One figure, measured a few times.
struct Figure {
    std::string name;
    std::string unit;
    std::vector<double> values;

    [[nodiscard]] double median() const {
        std::vector<double> sorted = values;
        std::ranges::sort(sorted);
        return sorted[sorted.size() / 2];
    }
};

using Measured = std::optional<std::vector<Figure>>;

struct Group {
    std::string_view name;
    std::string_view about;
    Measured (*measure)();
    std::string_view how = "q35 (max,erms=off,fsrm=off), QEMU counts instructions";
};

/// The default system as users boot it, one nanosecond for each instruction.
machine::Machine counted_machine(const std::string& memory, const std::string& bundle) {
    machine::Machine machine;
    machine.memory = memory;
    machine.cpu = "max,erms=off,fsrm=off";
    machine.kernel = "out/kernel-release/kernel/tessera.elf";
    machine.bundle = bundle;
    machine.clock = machine::Clock::Instructions;
    return machine;
}

/// Instructions from the kernel's first to its banner.
std::optional<double> count_to_banner(const machine::Machine& machine) {
    static const std::regex kBanner("Tessera .* ([0-9]+) ticks since entry");
    std::string output;
    std::smatch found;
    process::run({.arguments = machine::qemu_arguments(machine)}, process::Seconds{30}, [&](std::string_view text) {
        output += text;
        return std::regex_search(output, kBanner) ? process::Verdict::Stop : process::Verdict::Continue;
    });
    return std::regex_search(output, found, kBanner) ? std::optional(std::stod(found[1])) : std::nullopt;
}

/// Boots a few times. Nothing if a banner did not come.
Measured measure_banner(std::string name, const std::string& memory, int cpus) {
    const auto bundle =
        system::load("default").and_then([](const system::System& system) { return bundle::pack(system); });
    if (!bundle) {
        std::println(stderr, "error: {}", bundle.error());
        return std::nullopt;
    }
    machine::Machine machine = counted_machine(memory, *bundle);
    machine.cpus = cpus;
    Figure figure{std::move(name), "insn", {}};
    for (int run = 0; run < kRuns; ++run) {
        const auto count = count_to_banner(machine);
        if (!count) {
            std::println(stderr, "error: {}: the banner did not come", figure.name);
            return std::nullopt;
        }
        figure.values.push_back(*count);
    }
    return std::vector{figure};
}

/// The figures that a guest prints which ends with success, over a few runs.
Measured measure_guest(const machine::Machine& machine, std::string_view what, int runs = kRuns,
                       process::Seconds limit = process::Seconds{120}) {
    static const std::regex kFigure("FIGURE ([a-z0-9_.]+) ([0-9]+) ([a-z]+)");
    std::map<std::string, Figure> figures;
    for (int run = 0; run < runs; ++run) {
        const auto guest = process::capture({.arguments = machine::qemu_arguments(machine)}, limit);
        if (guest.outcome.status != machine::kStatusSuccess) {
            std::println(stderr, "error: {} failed:\n{}", what, guest.output);
            return std::nullopt;
        }
        for (std::sregex_iterator at(guest.output.begin(), guest.output.end(), kFigure), end; at != end; ++at) {
            Figure& figure = figures[(*at)[1]];
            figure.name = (*at)[1];
            figure.unit = (*at)[3];
            figure.values.push_back(std::stod((*at)[2]));
        }
    }
    std::vector<Figure> result;
    for (auto& [name, figure] : figures) {
        result.push_back(std::move(figure));
    }
    return result;
}

/// Those of in-kernel tests whose names match `pattern`.
Measured measure_in_kernel(const std::string& pattern, int cpus, const std::string& memory = "128M") {
    machine::Machine machine = counted_machine(memory, "");
    machine.cpus = cpus;
    machine.kernel = "out/kernel-release/kernel/ktest.elf";
    machine.command_line = "test=" + pattern;
    return measure_guest(machine, "the in-kernel tests " + pattern);
}

/// What boots a system, counted.
std::optional<machine::Machine> machine_for(const std::string& name, const std::string& memory, int cpus) {
    const auto bundle = system::load(name).and_then([](const system::System& system) { return bundle::pack(system); });
    if (!bundle) {
        std::println(stderr, "error: {}", bundle.error());
        return std::nullopt;
    }
    machine::Machine machine = counted_machine(memory, *bundle);
    machine.cpus = cpus;
    return machine;
}

/// `machine` with a plugin of tests/bench/costs.
machine::Machine with_plugin(machine::Machine machine, std::string_view plugin) {
    machine.extra.insert(machine.extra.end(),
                         {"-plugin", std::format("out/host-release/tests/bench/costs/bench_{}.so", plugin)});
    return machine;
}

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
    const auto bundle =
        system::load("test/bench_wakeups").and_then([](const system::System& system) { return bundle::pack(system); });
    if (!bundle) {
        std::println(stderr, "error: {}", bundle.error());
        return std::nullopt;
    }
    // A process fills 1 GiB, while what the last one had is still being given back.
    machine::Machine machine = counted_machine("3072M", *bundle);
    auto figures = measure_guest(machine, "wake-ups on one processor", 1, kLimit);
    machine.cpus = 2;
    auto together = measure_guest(machine, "wake-ups on two processors", 1, kLimit);
    if (!figures || !together) {
        return std::nullopt;
    }
    figures->insert(figures->end(), together->begin(), together->end());
    return figures;
}

/// Fairness over ten seconds of the guest's time, on two processors; once, for nothing in it is left to chance.
Measured measure_scheduler() {
    const auto bundle = system::load("test/bench_scheduler").and_then([](const system::System& system) {
        return bundle::pack(system);
    });
    if (!bundle) {
        std::println(stderr, "error: {}", bundle.error());
        return std::nullopt;
    }
    machine::Machine machine = counted_machine("256M", *bundle);
    auto figures = measure_guest(machine, "the scheduler's figures");
    machine.cpus = 2;
    auto fairness = measure_guest(machine, "the scheduler's fairness", 1);
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
    const auto at = found ? std::ranges::find(*found, "kernel.longest_off", &Figure::name) : decltype(found->begin()){};
    return found && at != found->end() ? std::optional(at->values.front()) : std::nullopt;
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

Measured measure_boot() {
    std::vector<Figure> figures;
    for (const auto& [name, memory] : {std::pair{"boot.banner.128m", "128M"}, std::pair{"boot.banner.4g", "4G"}}) {
        const auto measured = measure_banner(name, memory, 1);
        if (!measured) {
            return std::nullopt;
        }
        figures.push_back(measured->front());
    }
    std::error_code problem;
    const auto size = std::filesystem::file_size("out/kernel-release/kernel/tessera.elf", problem);
    if (problem) {
        std::println(stderr, "error: the kernel is not built");
        return std::nullopt;
    }
    figures.emplace_back("boot.kernel_elf", "bytes", std::vector<double>{static_cast<double>(size)});
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

constexpr std::array kGroups{
    Group{"boot", "first instruction to banner, and the size of the kernel", measure_boot},
    Group{"memory", "frames, slabs and address spaces", measure_memory},
    Group{"ipc", "calls of the kernel by a program", measure_ipc},
    Group{"scheduler", "switches of threads, parked ones, fairness, and wake-ups while much goes on",
          measure_scheduler},
    Group{"machine", "processors and interrupts", measure_machine},
    Group{"stretches", "the longest time in which the kernel takes no interrupt, over all groups and the ABI suite",
          measure_stretches, "QEMU counts instructions from an entry of the kernel to where it lets interrupts in"},
    Group{"idle", "what an idle system uses of the host's processor, beside an idle Linux guest; a minute each",
          measure_idle, "q35, 4 vCPUs, processor time of the host: three times 20 seconds each"},
};

std::vector<std::string> split(const std::string& line, char at) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, at);) {
        parts.push_back(part);
    }
    return parts;
}

/// Rows of a file, without comments, split at tabs.
std::vector<std::vector<std::string>> read_rows(std::string_view path, char at) {
    bool found = false;
    std::istringstream lines(read_file(std::string(path), found));
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line[0] != '#') {
            rows.push_back(split(line, at));
        }
    }
    return rows;
}

void print_figure(const Figure& figure) {
    const auto [least, most] = std::ranges::minmax(figure.values);
    std::println("{} {:.10g} {} {:.10g} {:.10g} {}", figure.name, figure.median(), figure.unit, least, most,
                 figure.values.size());
}

/// A missed target is printed as missed; it is no failure of the measurement.
void hold_against_targets(const std::vector<Figure>& figures) {
    for (const auto& row : read_rows(kTargets, '\t')) {
        const auto at = std::ranges::find(figures, row[0], &Figure::name);
        if (row.size() < 4 || row[2] == "-" || at == figures.end()) {
            continue;
        }
        const double target = std::stod(row[2]);
        const bool is_max = row[3] == "max";
        const bool is_met = is_max ? at->median() <= target : at->median() >= target;
        const double ratio = is_max ? at->median() / target : target / at->median();
        std::println(stderr, "{:<28} target {} {} {}  {}", row[0], row[3], row[2], row[1],
                     is_met ? "ok" : std::format("MISSED by {:.2f}x", ratio));
    }
}

using Rows = std::vector<std::vector<std::string>>;

/// Below 1 is in our favour.
void compare_with(const std::vector<Figure>& figures, const Rows& theirs) {
    for (const auto& pair : read_rows(kNames, '\t')) {
        const auto ours = std::ranges::find(figures, pair[0], &Figure::name);
        const auto other =
            std::ranges::find_if(theirs, [&pair](const auto& row) { return row.size() >= 3 && row[0] == pair[1]; });
        if (ours != figures.end() && other != theirs.end() && (*other)[2] == ours->unit) {
            std::println("{} {:.6g} against {} {} ratio {:.3f}", pair[0], ours->median(), (*other)[1], ours->unit,
                         ours->median() / std::stod((*other)[1]));
        }
    }
}

ExitStatus measure(const Group& group, const Options& options) {
    std::println("# tess bench {}: release kernel, {}", group.name, group.how);
    const Measured figures = group.measure();
    if (!figures) {
        return ExitStatus::Failed;
    }
    std::ranges::for_each(*figures, print_figure);
    hold_against_targets(*figures);
    if (options.has("--compare")) {
        compare_with(*figures, read_rows(options.get("--compare", ""), ' '));
    }
    if (options.has("--linux")) {
        const auto theirs = yardstick::measure_linux();
        if (!theirs) {
            return ExitStatus::Failed;
        }
        compare_with(*figures, *theirs);
    }
    return ExitStatus::Good;
}

} // namespace

ExitStatus bench_verb(const Words& arguments) {
    const auto options = parse_options(arguments, {.with_value = {"--compare"}, .flags = {"--linux", "--help"}});
    if (!options || options->words.size() > 1) {
        return refuse(options ? "one group at a time" : options.error(), kUsage);
    }
    if (options->has("--help")) {
        std::println("{}", kUsage);
        return ExitStatus::Good;
    }
    for (const Group& group : kGroups) {
        if (options->words.empty()) {
            std::println("{:<10} {}", group.name, group.about);
        } else if (group.name == options->words[0]) {
            return measure(group, *options);
        }
    }
    return options->words.empty() ? ExitStatus::Good : refuse("there is no group '" + options->words[0] + "'", kUsage);
}

} // namespace tess
