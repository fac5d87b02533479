#include "tools/tess/prove/evidence.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "libs/digest/sha256.hpp"

namespace tess::prove {

namespace {

namespace files = std::filesystem;

std::set<std::string> programs_of(const system::System& system) {
    std::set<std::string> programs;
    for (const auto& [name, component] : system.components) {
        programs.insert(component.plan.program);
    }
    return programs;
}

void examine(const system::BundledFile& file, bool is_program, FileEvidence& evidence) {
    std::ifstream stream(file.from, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto content = std::as_bytes(std::span(text));
    evidence.has_digest = !file.digest || digest::sha256(content) == *file.digest;
    if (is_program) {
        if (auto program = read_program(content)) {
            evidence.program = *std::move(program);
        }
    }
}

} // namespace

Evidence collect_evidence(const system::System& system) {
    const std::set<std::string> programs = programs_of(system);
    Evidence all;
    for (const system::BundledFile& file : system.files) {
        FileEvidence& evidence = all[file.to];
        std::error_code problem;
        evidence.is_there = files::is_regular_file(file.from, problem);
        if (!evidence.is_there) {
            continue;
        }
        evidence.size = files::file_size(file.from, problem);
        const bool is_program = programs.contains(file.to);
        if (is_program || file.digest) {
            examine(file, is_program, evidence);
        }
    }
    return all;
}

} // namespace tess::prove
