#include <algorithm>
#include <format>

#include "libs/plan/describe.hpp"
#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

using ::plan::letters;

namespace {

/// Whether programs that the component starts may be given it: then its own needs do not tell what is too much.
bool is_handed_on(const system::Component& component, const std::string& use) {
    return component.plan.launches && std::ranges::contains(component.plan.launches->routes, use);
}

void compare_use(const Route& route, const Program& program, Report& report) {
    const auto need = std::ranges::find(program.needs, route.name, &Declared::name);
    const abi::Permissions given = route.use->route.permissions;
    if (need == program.needs.end()) {
        report.warning(route.path(), std::format("'{}' is given, and the program does not need it", route.name),
                       std::format("leave uses.{} out", route.name));
    } else if (!need->permissions.covers(given)) {
        report.warning(route.path() + ".permissions",
                       std::format("{} is given, the program needs {}", letters(given), letters(need->permissions)),
                       std::format("write permissions = \"{}\"", letters(need->permissions)));
    }
}

void report_driver(const Model& model, const std::string& name, const system::Component& component, Report& report) {
    const bool has_dma = std::ranges::any_of(model.routes(), [&name](const Route& route) {
        return route.component == name && route.object == abi::ObjectKind::DmaDomain;
    });
    if (has_dma || component.plan.start == ::plan::Start::Device) {
        report.note("component." + name,
                    std::format("'{}' drives devices: without an IOMMU it is trusted with all memory", name));
    }
}

void report_silence(const Model& model, const std::string& name, const system::Component& component, Report& report) {
    const Program* program = model.program(component);
    if (program != nullptr && !program->abi_version) {
        report.warning("component." + name + ".program",
                       "its program does not say what it needs, so nothing tells what is too much",
                       "build it with sdk's description of programs");
    }
}

/// Who starts drivers uses what they offer, without a route.
void report_idle_offers(const Model& model, const std::string& name, const system::Component& component,
                        Report& report) {
    for (const auto& [offer_name, offer] : component.plan.offers) {
        if (model.clients(offer).empty() && component.plan.start != ::plan::Start::Device) {
            report.warning(std::format("component.{}.offers.{}", name, offer_name),
                           std::format("nobody uses '{}.{}'", name, offer_name), "leave the offer out");
        }
    }
}

} // namespace

void prove_privilege(const Model& model, system::Findings& findings) {
    Report report(model, findings, "privilege");
    for (const Route& route : model.routes()) {
        const system::Component& component = model.system().components.at(route.component);
        const Program* program = model.program(component);
        if (program != nullptr && program->abi_version && !is_handed_on(component, route.name)) {
            compare_use(route, *program, report);
        }
    }
    for (const auto& [name, component] : model.system().components) {
        report_idle_offers(model, name, component, report);
        report_silence(model, name, component, report);
        report_driver(model, name, component, report);
    }
}

} // namespace tess::prove
