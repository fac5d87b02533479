#include <algorithm>
#include <format>

#include "abi/ring.hpp"
#include "libs/plan/describe.hpp"
#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

using ::plan::letters;

namespace {

/// What a route gives, in the words of the notes.
system::Protocol protocol_of(const Route& route) {
    return route.object == abi::ObjectKind::None ? system::Protocol{route.offer->protocol, route.offer->major}
                                                 : system::Protocol{route.use->from, 0};
}

bool is_resolved(const Route& route) { return route.object != abi::ObjectKind::None || route.offer != nullptr; }

std::string words_of(const Declared& declared) {
    return std::format("'{}' ({}{}, {})", declared.name, declared.protocol.name,
                       declared.protocol.major == 0 ? "" : std::format("/{}", declared.protocol.major),
                       letters(declared.permissions));
}

void prove_need(const Model& model, const std::string& component, const Declared& need, Report& report) {
    const Route* route = model.find(component, need.name);
    if (route == nullptr) {
        if (!need.optional) {
            report.error("component." + component, std::format("its program needs {}, not given", words_of(need)),
                         std::format("add uses.{} = {{ from = \"{}\", permissions = \"{}\" }}", need.name,
                                     need.protocol.major == 0 ? need.protocol.name : "component.offer",
                                     letters(need.permissions)));
        }
    } else if (is_resolved(*route) && protocol_of(*route) != need.protocol) {
        report.error(route->path(),
                     std::format("its program needs {}, not {}", words_of(need), protocol_of(*route).name),
                     "route it to an offer of that protocol and major version");
    } else if (!route->use->route.permissions.covers(need.permissions)) {
        report.error(
            route->path() + ".permissions",
            std::format("its program needs {}, {} given", words_of(need), letters(route->use->route.permissions)),
            std::format("write permissions = \"{}\"", letters(need.permissions)));
    }
}

void prove_offer(const std::string& path, const std::string& name, const ::plan::OfferDraft& offer,
                 const Program& program, Report& report) {
    const auto served = std::ranges::find(program.offers, name, &Declared::name);
    if (served == program.offers.end()) {
        report.error(path, std::format("its program does not serve '{}'", name),
                     "leave the offer out, or declare it in the program");
    } else if (served->protocol != system::Protocol{offer.protocol, offer.major}) {
        report.error(path + ".protocol", std::format("its program serves {}", words_of(*served)),
                     "write that protocol and major version");
    } else if (!served->permissions.covers(offer.permissions)) {
        report.error(path + ".permissions", std::format("its program serves {}", words_of(*served)),
                     "offer at most what it serves");
    }
}

void prove_notes(const Model& model, const std::string& name, const system::Component& component,
                 const Program& program, Report& report) {
    if (!program.abi_version) {
        return;
    }
    if (*program.abi_version != abi::kVersion) {
        report.error("component." + name + ".program",
                     std::format("its program is made for version {} of the kernel's interface, this is {}",
                                 *program.abi_version, abi::kVersion),
                     "build it anew");
    }
    for (const Declared& need : program.needs) {
        prove_need(model, name, need, report);
    }
    for (const auto& [offer_name, offer] : component.plan.offers) {
        prove_offer(std::format("component.{}.offers.{}", name, offer_name), offer_name, offer, program, report);
    }
}

void prove_program(const Model& model, const std::string& name, const system::Component& component, Report& report) {
    const std::string path = std::format("component.{}.program", name);
    const std::string& program = component.plan.program;
    const auto file = model.evidence().find(program);
    if (file == model.evidence().end()) {
        report.error(path, std::format("the bundle has no file '{}'", program),
                     std::format("add {{ from = \"its path\", to = \"{}\" }} to files", program));
    } else if (file->second.is_there && !file->second.program) {
        report.error(path, std::format("'{}' is no program for Tessera", program),
                     "it is to be a static, position-independent ELF file for x86_64 with sound notes");
    } else if (const Program* said = model.program(component); said != nullptr) {
        prove_notes(model, name, component, *said, report);
    }
}

} // namespace

void prove_programs(const Model& model, system::Findings& findings) {
    Report report(model, findings, "programs");
    for (const auto& [name, component] : model.system().components) {
        prove_program(model, name, component, report);
    }
    for (const system::BundledFile& file : model.system().files) {
        const auto at = model.evidence().find(file.to);
        if (at != model.evidence().end() && !at->second.has_digest) {
            findings.push_back({file.place, system::Severity::Error, "programs",
                                std::format("'{}' has another SHA-256 than the description says", file.from),
                                "get the right file, or write its digest"});
        }
    }
}

} // namespace tess::prove
