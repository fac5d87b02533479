#include "tools/tess/verbs/bench_guest.hpp"

#include <format>
#include <map>
#include <print>
#include <regex>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/system/system.hpp"

namespace tess {

namespace {

/// One nanosecond for each instruction.
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

} // namespace

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

Measured measure_banner(std::string name, const std::string& memory, int cpus) {
    const auto machine = machine_for("default", memory, cpus);
    if (!machine) {
        return std::nullopt;
    }
    Figure figure{std::move(name), "insn", {}};
    for (int run = 0; run < kRuns; ++run) {
        const auto count = count_to_banner(*machine);
        if (!count) {
            std::println(stderr, "error: {}: the banner did not come", figure.name);
            return std::nullopt;
        }
        figure.values.push_back(*count);
    }
    return std::vector{figure};
}

namespace {

/// "FIGURE name value unit" lines, each added to the figure of its name.
void take_figures(const std::string& output, std::map<std::string, Figure>& figures) {
    static const std::regex kFigure("FIGURE ([a-z0-9_.]+) ([0-9]+) ([a-z]+)");
    for (std::sregex_iterator at(output.begin(), output.end(), kFigure), end; at != end; ++at) {
        Figure& figure = figures[(*at)[1]];
        figure.name = (*at)[1];
        figure.unit = (*at)[3];
        figure.values.push_back(std::stod((*at)[2]));
    }
}

std::vector<Figure> all_of(std::map<std::string, Figure>&& figures) {
    std::vector<Figure> result;
    for (auto& [name, figure] : figures) {
        result.push_back(std::move(figure));
    }
    return result;
}

} // namespace

Measured measure_program(const std::string& path) {
    constexpr process::Seconds kLimit{300};
    const auto program = process::capture({.arguments = {path}}, kLimit);
    if (program.outcome.status != 0) {
        std::println(stderr, "error: {} failed:\n{}", path, program.output);
        return std::nullopt;
    }
    std::map<std::string, Figure> figures;
    take_figures(program.output, figures);
    return all_of(std::move(figures));
}

Measured measure_guest(const machine::Machine& machine, std::string_view what, int runs, process::Seconds limit) {
    std::map<std::string, Figure> figures;
    for (int run = 0; run < runs; ++run) {
        const auto guest = process::capture({.arguments = machine::qemu_arguments(machine)}, limit);
        if (guest.outcome.status != machine::kStatusSuccess) {
            std::println(stderr, "error: {} failed:\n{}", what, guest.output);
            return std::nullopt;
        }
        take_figures(guest.output, figures);
    }
    return all_of(std::move(figures));
}

Measured measure_in_kernel(const std::string& pattern, int cpus, const std::string& memory) {
    machine::Machine machine = counted_machine(memory, "");
    machine.cpus = cpus;
    machine.kernel = "out/kernel-release/kernel/ktest.elf";
    machine.command_line = "test=" + pattern;
    return measure_guest(machine, "the in-kernel tests " + pattern);
}

machine::Machine with_plugin(machine::Machine machine, std::string_view plugin) {
    machine.extra.insert(machine.extra.end(),
                         {"-plugin", std::format("out/host-release/tests/bench/costs/bench_{}.so", plugin)});
    return machine;
}

} // namespace tess
