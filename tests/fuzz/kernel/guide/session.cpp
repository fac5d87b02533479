#include "tests/fuzz/kernel/guide/session.hpp"

#include <filesystem>
#include <format>
#include <fstream>
#include <iterator>
#include <regex>

#include "base/text_view.hpp"
#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"

namespace tests::fuzz {

namespace {

constexpr const char* kPlugin = "out/host-release/tests/fuzz/kernel/fuzz_coverage.so";

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::expected<std::string, std::string> pack(const Inputs& inputs, const std::string& folder) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    const std::string path = folder + "/inputs";
    std::ofstream file(path, std::ios::binary);
    file << base::text_view(packed(inputs));
    file.close();
    tess::system::System system;
    system.name = std::format("fuzz_kernel_{}", std::filesystem::path(folder).filename().string());
    system.files = {{.from = "out/user-release/tests/fuzz/kernel/tests_fuzz_kernel.elf", .to = "bin/init"},
                    {.from = path, .to = "inputs"}};
    return tess::bundle::pack(system);
}

tess::machine::Machine machine_for(const std::string& bundle, Execution execution, const std::string& coverage) {
    tess::machine::Machine machine;
    machine.cpus = 4;
    machine.kernel = "out/kernel-release/kernel/tessera.elf";
    machine.bundle = bundle;
    if (execution == Execution::Guided) {
        machine.clock = tess::machine::Clock::Instructions;
        // The guest begins at the same time each time.
        machine.extra = {"-rtc", "base=2026-01-01,clock=vm", "-plugin", std::format("{},to={}", kPlugin, coverage)};
    } else {
        machine.threads = tess::machine::Threads::OfEachProcessor;
    }
    return machine;
}

void read_figures(Session& session) {
    static const std::regex kEnd("fuzz: [0-9]+ inputs, ([0-9]+) entries, ([0-9]+) succeeded, nothing found");
    std::smatch found;
    if (std::regex_search(session.console, found, kEnd)) {
        session.entries = std::stoul(found[1]);
        session.successes = std::stoul(found[2]);
    }
}

/// The fuzzer's own line, or how the machine ended.
std::string problem_of(const std::string& console, const tess::process::Outcome& outcome) {
    static const std::regex kFound("FOUND: [^\r\n]*");
    std::smatch found;
    if (std::regex_search(console, found, kFound)) {
        return found[0];
    }
    if (outcome.timed_out) {
        return "a hang: the machine did not end";
    }
    return outcome.status == tess::machine::kStatusPanic ? "the kernel panicked"
                                                         : std::format("the machine ended with {}", outcome.status);
}

usize last_input(const std::string& problem, const std::vector<InputBlocks>& coverage) {
    static const std::regex kInput("FOUND: input ([0-9]+)");
    std::smatch found;
    if (std::regex_search(problem, found, kInput)) {
        return std::stoul(found[1]);
    }
    return coverage.empty() ? 0 : coverage.back().input;
}

} // namespace

Session run_session(const Inputs& inputs, Execution execution, const std::string& folder) {
    const std::string coverage = folder + "/coverage";
    const auto bundle = pack(inputs, folder);
    if (!bundle) {
        return {.problem = bundle.error()};
    }
    constexpr tess::process::Seconds kLimit{40};
    const auto ran = tess::process::capture(
        {.arguments = tess::machine::qemu_arguments(machine_for(*bundle, execution, coverage))}, kLimit);
    Session session{.console = ran.output};
    if (execution == Execution::Guided) {
        session.coverage = parse_coverage(read_text(coverage));
    }
    read_figures(session);
    session.is_good = ran.outcome.status == tess::machine::kStatusSuccess && session.entries != 0;
    if (!session.is_good) {
        session.problem = problem_of(ran.output, ran.outcome);
        session.last_input = last_input(session.problem, session.coverage);
    }
    return session;
}

} // namespace tests::fuzz
