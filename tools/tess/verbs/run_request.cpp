#include "tools/tess/verbs/run_request.hpp"

#include <algorithm>
#include <format>
#include <initializer_list>

namespace tess {

namespace {

using Problem = std::string;

bool is_one_of(const std::string& word, std::initializer_list<const char*> allowed) {
    return std::ranges::any_of(allowed, [&word](const char* each) { return word == each; });
}

Problem take_machine(const system::System& system, const Options& options, machine::Machine& machine) {
    machine.type = options.get("--machine", system.machine == "any" ? "q35" : system.machine);
    return is_one_of(machine.type, {"q35", "pc", "microvm"})
               ? ""
               : std::format("'{}' is no machine: q35, pc or microvm", machine.type);
}

Problem take_memory(const system::System& system, const Options& options, machine::Machine& machine) {
    const auto memory = machine::parse_memory(options.get("--memory", system.memory));
    machine.memory = memory.value_or("");
    return memory ? "" : memory.error();
}

Problem take_cpus(const system::System& system, const Options& options, machine::Machine& machine) {
    const auto cpus = parse_count(options.get("--cpus", std::to_string(system.cpus)), 1, 64, "number of CPUs");
    machine.cpus = cpus.value_or(0);
    return cpus ? "" : cpus.error();
}

Problem take_boot(const system::System&, const Options& options, machine::Machine& machine) {
    const std::string boot = options.get("--boot", "pvh");
    if (!is_one_of(boot, {"pvh", "multiboot2"})) {
        return std::format("'{}' is no boot protocol: pvh or multiboot2", boot);
    }
    machine.door = boot == "pvh" ? machine::Door::Pvh : machine::Door::Multiboot2;
    if (boot == "multiboot2" && machine.type == "microvm") {
        return "microvm has no disc to boot from: multiboot2 needs q35 or pc";
    }
    return {};
}

Problem take_firmware(const system::System&, const Options& options, machine::Machine& machine) {
    const std::string firmware = options.get("--firmware", "bios");
    machine.firmware = firmware == "uefi" ? machine::Firmware::Uefi : machine::Firmware::Bios;
    if (firmware == "uefi" && machine.door != machine::Door::Multiboot2) {
        return "UEFI firmware starts the kernel only by --boot multiboot2";
    }
    return is_one_of(firmware, {"bios", "uefi"}) ? "" : std::format("'{}' is no firmware: bios or uefi", firmware);
}

Problem take_accelerator(const Options& options, machine::Accelerator best, machine::Machine& machine) {
    const std::string accelerator = options.get("--accel", "auto");
    if (!is_one_of(accelerator, {"auto", "kvm", "tcg"})) {
        return std::format("'{}' is no accelerator: auto, kvm or tcg", accelerator);
    }
    machine.accelerator = accelerator == "tcg" ? machine::Accelerator::Emulation : best;
    return accelerator != "kvm" || best == machine::Accelerator::Kvm
               ? ""
               : "this host has no KVM: its CPU shows neither vmx nor svm, or /dev/kvm does not open";
}

Problem take_debugger(const Options& options, std::optional<int>& port) {
    if (!options.has("--gdb")) {
        return {};
    }
    const std::string wanted = options.get("--gdb", "");
    const auto number = parse_count(wanted.empty() ? std::to_string(kUsualDebuggerPort) : wanted, 1, 65535, "port");
    port = number.value_or(0);
    return number ? "" : number.error();
}

} // namespace

const OptionSet& run_option_set() {
    static const OptionSet kSet{.with_value = {"--machine", "--memory", "--cpus", "--boot", "--firmware", "--accel",
                                               "--kernel", "--program", "--append"},
                                .flags = {"--help"},
                                .with_optional_value = {"--gdb"}};
    return kSet;
}

std::expected<RunRequest, std::string> prepare_run(const system::System& system, const Options& options,
                                                   machine::Accelerator best) {
    RunRequest request;
    for (const auto take : {take_machine, take_memory, take_cpus, take_boot, take_firmware}) {
        if (Problem problem = take(system, options, request.machine); !problem.empty()) {
            return std::unexpected(std::move(problem));
        }
    }
    Problem problem = take_accelerator(options, best, request.machine);
    problem = problem.empty() ? take_debugger(options, request.debugger_port) : problem;
    if (!problem.empty()) {
        return std::unexpected(std::move(problem));
    }
    request.program =
        std::format("out/{}/kernel/{}", options.get("--kernel", "kernel-release"), options.get("--program", "tessera"));
    request.machine.kernel = request.program + ".elf";
    request.machine.command_line = options.get("--append", "");
    request.machine.console = machine::Console::Terminal;
    return request;
}

} // namespace tess
