#include <algorithm>
#include <format>

#include "libs/plan/describe.hpp"
#include "libs/plan/offers_of_init.hpp"
#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

using ::plan::letters;

namespace {

std::string text_of(const system::Protocol& protocol) { return std::format("{}/{}", protocol.name, protocol.major); }

/// Of a table with string keys, by what a person may have meant.
template <class Map>
std::string nearest_key(const std::string& word, const Map& map) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : map) {
        names.push_back(name);
    }
    return std::string(system::nearest(word, names));
}

std::string did_you_mean(const std::string& near, const std::string& otherwise) {
    return near.empty() ? otherwise : std::format("did you mean '{}'? Or {}", near, otherwise);
}

void refuse_target(const Model& model, const Route& route, Report& report) {
    const std::string path = route.path() + ".from";
    const auto provider = model.system().components.find(route.provider);
    if (!route.use->from.contains('.')) {
        report.error(path, std::format("'{}' is no route", route.use->from),
                     "write \"component.offer\" or \"kernel.Object\"");
    } else if (route.provider == "kernel") {
        report.error(path, std::format("the kernel has no object '{}'", route.offer_name),
                     "objects are named as in docs/kernel-interface.md: kernel.Debug, kernel.Machine");
    } else if (route.provider == ::plan::kInit) {
        report.error(path, std::format("init offers no '{}'", route.offer_name),
                     did_you_mean(nearest_key(route.offer_name, ::plan::offers_of_init()), "it offers init.control"));
    } else if (provider == model.system().components.end()) {
        report.error(path, std::format("there is no component '{}'", route.provider),
                     did_you_mean(nearest_key(route.provider, model.system().components),
                                  std::format("describe it: [component.{}]", route.provider)));
    } else {
        report.error(path, std::format("{} offers no '{}'", route.provider, route.offer_name),
                     did_you_mean(nearest_key(route.offer_name, provider->second.plan.offers),
                                  std::format("add offers.{} to component.{}", route.offer_name, route.provider)));
    }
}

void prove_protocol(const Route& route, Report& report) {
    const system::Protocol offered{route.offer->protocol, route.offer->major};
    if (route.use->protocol && *route.use->protocol != offered) {
        report.error(
            route.path() + ".protocol",
            std::format("{} speaks {}, {} asked", route.use->from, text_of(offered), text_of(*route.use->protocol)),
            "another name or another major version is another protocol: use an offer of it");
    }
}

void prove_permissions(const Route& route, Report& report) {
    const abi::Permissions asked = route.use->route.permissions;
    const abi::Permissions offered = route.offer->permissions;
    if (!offered.covers(asked)) {
        const abi::Permissions missing{static_cast<base::u8>(asked.bits & ~offered.bits)};
        report.error(route.path() + ".permissions",
                     std::format("{} offers {}, {} asked", route.use->from, letters(offered), letters(missing)),
                     std::format("ask for at most {}, or offer more", letters(offered)));
    }
}

/// What only a provider that is a component could do something with.
void prove_kernel_use(const Route& route, Report& report) {
    const ::plan::UseDraft& asked = route.use->route;
    if (!asked.scope.empty() || !asked.grant.empty() || asked.quota != 0 || route.use->protocol) {
        report.error(route.path(), std::format("{} takes no protocol, scope, grant or quota", route.use->from),
                     "leave them out: objects of the kernel have permissions only");
    }
}

void prove_clients(const Model& model, const std::string& path, const ::plan::OfferDraft& offer, Report& report) {
    const auto& clients = model.clients(offer);
    if (clients.size() > offer.clients) {
        report.error(path, std::format("{} clients are routed here, {} are served", clients.size(), offer.clients),
                     std::format("write clients = {}, and give the provider memory for them", clients.size()));
    }
}

} // namespace

void prove_routes(const Model& model, system::Findings& findings) {
    Report report(model, findings, "routes");
    for (const Route& route : model.routes()) {
        if (route.object != abi::ObjectKind::None) {
            prove_kernel_use(route, report);
        } else if (route.offer == nullptr) {
            refuse_target(model, route, report);
        } else {
            prove_protocol(route, report);
            prove_permissions(route, report);
        }
    }
    for (const auto& [name, component] : model.system().components) {
        for (const auto& [offer_name, offer] : component.plan.offers) {
            prove_clients(model, std::format("component.{}.offers.{}", name, offer_name), offer, report);
        }
    }
}

} // namespace tess::prove
