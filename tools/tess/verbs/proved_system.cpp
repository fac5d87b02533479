#include "tools/tess/verbs/proved_system.hpp"

#include <algorithm>
#include <iterator>
#include <print>

#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

bool is_note(const system::Finding& finding) { return finding.severity == system::Severity::Note; }

} // namespace

std::expected<system::System, ExitStatus> read_system(const std::string& name, const std::string& usage) {
    if (!system::exists(name)) {
        return std::unexpected(refuse(system::load(name).error_or("no such system"), usage));
    }
    auto system = system::load(name);
    if (!system) {
        std::println(stderr, "{}", system.error());
        return std::unexpected(ExitStatus::Failed);
    }
    return *std::move(system);
}

std::expected<ProvedSystem, ExitStatus> prove_system(const std::string& name, bool strict, const std::string& usage) {
    auto system = read_system(name, usage);
    if (!system) {
        return std::unexpected(system.error());
    }
    ProvedSystem proved{*std::move(system), {}, {}};
    proved.evidence = prove::collect_evidence(proved.system);
    system::Findings findings = prove::prove(proved.system, proved.evidence);
    std::ranges::copy_if(findings, std::back_inserter(proved.notes), is_note);
    std::erase_if(findings, is_note);
    if (!findings.empty()) {
        std::println(stderr, "{}", text_of(findings, proved.system.places));
    }
    if (system::has_errors(findings, strict)) {
        return std::unexpected(ExitStatus::Failed);
    }
    return proved;
}

ExitStatus pack_failure(const system::System& system) {
    const auto missing = prove::not_built(system, prove::collect_evidence(system));
    return missing.empty() ? ExitStatus::Failed : ExitStatus::NotBuilt;
}

} // namespace tess
