/// Descriptions and programs that fit them, for tests.
#pragma once

#include <format>
#include <string>

#include "abi/ring.hpp"
#include "base/assert.hpp"
#include "tools/tess/prove/model.hpp"
#include "tools/tess/prove/prove.hpp"

namespace tess::prove {

/// Ten components would be more of the same: a log, a store of files behind a disk, and a shell that starts programs.
inline constexpr std::string_view kGood = R"([system]
name = "good"
memory = "64MiB"
[component.log]
budget.memory = "512KiB"
uses.debug = { from = "kernel.Debug", permissions = "rw" }
offers.log = { protocol = "tessera.log", permissions = "wg", clients = 2, handling = "20us" }
[component.disk]
start = "device"
budget.memory = "1MiB"
uses.log = { from = "log.log", permissions = "w" }
offers.block = { protocol = "tessera.block", permissions = "rw" }
[component.manager]
budget.memory = "1MiB"
devices = [{ match = "pci:class:0108", driver = "disk" }]
[component.files]
budget.memory = "4MiB"
uses.disk = { from = "disk.block", permissions = "rw" }
offers.root = { protocol = "tessera.directory", permissions = "rwxg" }
[component.shell]
start = "boot"
budget = { memory = "1MiB", children = "8MiB" }
uses.home = { from = "files.root", permissions = "rxg", scope = "/home", quota = "64KiB" }
uses.log = { from = "log.log", permissions = "w" }
launches = { routes = ["home"], memory = "8MiB" }
)";

inline system::System described(std::string_view text) {
    auto system = system::parse_system(text, "s.toml");
    ASSERT(system.has_value(), "a test's description is wrong");
    return *std::move(system);
}

/// Programs that need and serve exactly what the description gives them.
inline Evidence matching_evidence(const system::System& system) {
    const Evidence nothing;
    const Model model(system, nothing);
    Evidence evidence;
    for (const auto& [name, component] : system.components) {
        Program& program = evidence[component.plan.program].program.emplace();
        evidence[component.plan.program].is_there = true;
        program.abi_version = abi::kVersion;
        for (const auto& [offer_name, offer] : component.plan.offers) {
            program.offers.push_back({offer_name, {offer.protocol, offer.major}, offer.permissions});
        }
        for (const auto& [use_name, use] : component.uses) {
            const Route* route = model.find(name, use_name);
            const auto protocol = route->offer == nullptr
                                      ? system::Protocol{use.from, 0}
                                      : system::Protocol{route->offer->protocol, route->offer->major};
            program.needs.push_back({use_name, protocol, use.route.permissions});
        }
    }
    return evidence;
}

/// `text` with the first `from` in it replaced.
inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string result(text);
    const auto at = result.find(from);
    ASSERT(at != std::string::npos, "nothing to replace");
    return result.replace(at, from.size(), to);
}

/// What is said of a description, errors and warnings but no notes.
inline std::string said_of(const system::System& system, const Evidence& evidence) {
    system::Findings findings = prove(system, evidence);
    std::erase_if(findings, [](const system::Finding& finding) { return finding.severity == system::Severity::Note; });
    return text_of(findings, system.places);
}

inline std::string said_of(std::string_view text) {
    const system::System system = described(text);
    return said_of(system, matching_evidence(system));
}

/// What is said of the good description after a change.
inline std::string said_after(std::string_view from, std::string_view to) { return said_of(replaced(kGood, from, to)); }

} // namespace tess::prove
