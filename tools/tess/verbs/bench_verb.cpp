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

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess bench [GROUP] [--compare FILE]     (./bench is: tess bench)
  without a group: the groups that exist
  --compare FILE     sets the figures beside another system's, such as a Linux guest's: name value unit lines)";

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

/// The figures that in-kernel tests whose names match `pattern` print.
Measured measure_in_kernel(const std::string& pattern) {
    static const std::regex kFigure("FIGURE ([a-z0-9_.]+) ([0-9]+)");
    machine::Machine machine = counted_machine("128M", "");
    machine.kernel = "out/kernel-release/kernel/ktest.elf";
    machine.command_line = "test=" + pattern;
    std::map<std::string, Figure> figures;
    for (int run = 0; run < kRuns; ++run) {
        const auto guest = process::capture({.arguments = machine::qemu_arguments(machine)}, process::Seconds{60});
        if (guest.outcome.status != machine::kStatusSuccess) {
            std::println(stderr, "error: the in-kernel tests {} failed:\n{}", pattern, guest.output);
            return std::nullopt;
        }
        for (std::sregex_iterator at(guest.output.begin(), guest.output.end(), kFigure), end; at != end; ++at) {
            Figure& figure = figures[(*at)[1]];
            figure.name = (*at)[1];
            figure.unit = "insn";
            figure.values.push_back(std::stod((*at)[2]));
        }
    }
    std::vector<Figure> result;
    for (auto& [name, figure] : figures) {
        result.push_back(std::move(figure));
    }
    return result;
}

Measured measure_machine() {
    auto figures = measure_banner("machine.banner.smp4", "128M", 4);
    const auto inside = measure_in_kernel("UserThread");
    if (!figures || !inside) {
        return std::nullopt;
    }
    figures->insert(figures->end(), inside->begin(), inside->end());
    return figures;
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
    std::error_code problem;
    const auto size = std::filesystem::file_size("out/kernel-release/kernel/tessera.elf", problem);
    if (problem) {
        std::println(stderr, "error: the kernel is not built");
        return std::nullopt;
    }
    figures.emplace_back("boot.kernel_elf", "bytes", std::vector<double>{static_cast<double>(size)});
    return figures;
}

constexpr std::array kGroups{
    Group{"boot", "first instruction to banner, and the size of the kernel", measure_boot},
    Group{"machine", "processors and interrupts", measure_machine},
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
        const double ratio = row[3] == "max" ? at->median() / target : target / at->median();
        std::println(stderr, "{:<28} target {} {} {}  {}", row[0], row[3], row[2], row[1],
                     ratio <= 1 ? "ok" : std::format("MISSED by {:.2f}x", ratio));
    }
}

/// Below 1 is in our favour.
void compare_with(const std::vector<Figure>& figures, const std::string& path) {
    const auto theirs = read_rows(path, ' ');
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
    std::println("# tess bench {}: release kernel, q35 (max,erms=off,fsrm=off), QEMU counts instructions", group.name);
    const Measured figures = group.measure();
    if (!figures) {
        return ExitStatus::Failed;
    }
    std::ranges::for_each(*figures, print_figure);
    hold_against_targets(*figures);
    if (options.has("--compare")) {
        compare_with(*figures, options.get("--compare", ""));
    }
    return ExitStatus::Good;
}

} // namespace

ExitStatus bench_verb(const Words& arguments) {
    const auto options = parse_options(arguments, {.with_value = {"--compare"}, .flags = {"--help"}});
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
