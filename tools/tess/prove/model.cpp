#include "tools/tess/prove/model.hpp"

#include <algorithm>
#include <tuple>

#include "libs/plan/offers_of_init.hpp"

namespace tess::prove {

namespace {

/// None: no object of this name can be had.
abi::ObjectKind object_named(std::string_view name) {
    for (base::u8 kind = 1; kind < abi::kObjectKinds; ++kind) {
        const auto object = static_cast<abi::ObjectKind>(kind);
        const bool is_end = object == abi::ObjectKind::ChannelServer || object == abi::ObjectKind::ChannelClient;
        if (!is_end && abi::name(object) == name) {
            return object;
        }
    }
    return abi::ObjectKind::None;
}

Route resolve(const system::System& system, const std::string& component, const std::string& name,
              const system::Use& use) {
    Route route{.component = component, .name = name, .use = &use, .provider = {}, .offer_name = {}};
    const auto dot = use.from.find('.');
    route.provider = use.from.substr(0, dot);
    route.offer_name = dot == std::string::npos ? "" : use.from.substr(dot + 1);
    if (route.provider == "kernel") {
        route.object = object_named(route.offer_name);
    } else if (route.provider == ::plan::kInit) {
        const auto offer = ::plan::offers_of_init().find(route.offer_name);
        route.offer = offer == ::plan::offers_of_init().end() ? nullptr : &offer->second;
    } else if (const auto provider = system.components.find(route.provider); provider != system.components.end()) {
        const auto& offers = provider->second.plan.offers;
        const auto offer = offers.find(route.offer_name);
        route.offer = offer == offers.end() ? nullptr : &offer->second;
    }
    return route;
}

} // namespace

Model::Model(const system::System& system, const Evidence& evidence) : system_(system), evidence_(evidence) {
    for (const auto& [name, component] : system.components) {
        for (const auto& [use_name, use] : component.uses) {
            routes_.push_back(resolve(system, name, use_name, use));
        }
    }
    for (const Route& route : routes_) {
        clients_[route.offer].push_back(&route);
    }
}

const std::vector<const Route*>& Model::clients(const ::plan::OfferDraft& offer) const {
    static const std::vector<const Route*> kNobody;
    const auto at = clients_.find(&offer);
    return at == clients_.end() ? kNobody : at->second;
}

const Route* Model::find(const std::string& component, const std::string& use) const {
    const auto key = std::tie(component, use);
    const auto at = std::ranges::lower_bound(routes_, key, {},
                                             [](const Route& route) { return std::tie(route.component, route.name); });
    return at != routes_.end() && at->component == component && at->name == use ? &*at : nullptr;
}

const Program* Model::program(const system::Component& component) const {
    const auto file = evidence_.find(component.plan.program);
    if (file == evidence_.end()) {
        return nullptr;
    }
    const std::optional<Program>& program = file->second.program;
    return program ? &*program : nullptr;
}

} // namespace tess::prove
