#include <format>
#include <map>

#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

namespace {

void prove_launches(const Model& model, const std::string& name, const ::plan::LaunchesDraft& launches,
                    Report& report) {
    for (base::usize i = 0; i < launches.routes.size(); ++i) {
        const std::string& use = launches.routes[i];
        const std::string path = std::format("component.{}.launches.routes.{}", name, i);
        const Route* route = model.find(name, use);
        if (route == nullptr) {
            report.error(path, std::format("{} has no use '{}' to hand on", name, use),
                         std::format("name one of its uses, or add uses.{}", use));
        } else if (!route->use->route.permissions.covers(abi::kGrant)) {
            report.error(path, std::format("'{}' may not be handed on: {} holds it without g", use, name),
                         std::format("add g to the permissions of uses.{}, and to the offer that it is from", use));
        }
    }
}

/// Drivers by who starts them.
using Managers = std::map<std::string, std::string>;

void prove_device(const Model& model, const std::string& manager, const ::plan::DeviceDraft& device,
                  const std::string& path, Managers& managers, Report& report) {
    const auto driver = model.system().components.find(device.driver);
    if (driver == model.system().components.end()) {
        report.error(path, std::format("there is no component '{}'", device.driver),
                     std::format("describe it: [component.{}] with start = \"device\"", device.driver));
        return;
    }
    if (driver->second.plan.start != ::plan::Start::Device) {
        report.error(path, std::format("'{}' does not start with a device", device.driver),
                     std::format("write start = \"device\" in component.{}", device.driver));
    }
    const auto [other, is_first] = managers.emplace(device.driver, manager);
    if (!is_first && other->second != manager) {
        report.error(path, std::format("'{}' is started by '{}' too", device.driver, other->second),
                     "a component has one supervisor: leave one of them out");
    }
}

void prove_devices(const Model& model, Report& report) {
    Managers managers;
    for (const auto& [name, component] : model.system().components) {
        for (base::usize i = 0; i < component.plan.devices.size(); ++i) {
            prove_device(model, name, component.plan.devices[i], std::format("component.{}.devices.{}.driver", name, i),
                         managers, report);
        }
    }
    for (const auto& [name, component] : model.system().components) {
        if (component.plan.start == ::plan::Start::Device && !managers.contains(name)) {
            report.error("component." + name + ".start", std::format("no device starts '{}'", name),
                         "name it as a driver in the devices of the device manager");
        }
    }
}

} // namespace

void prove_grants(const Model& model, system::Findings& findings) {
    Report report(model, findings, "grants");
    for (const auto& [name, component] : model.system().components) {
        if (component.plan.launches) {
            prove_launches(model, name, *component.plan.launches, report);
        }
    }
    prove_devices(model, report);
    const auto& injections = model.system().expect.inject;
    for (base::usize i = 0; i < injections.size(); ++i) {
        if (!model.system().components.contains(injections[i].kill)) {
            report.error(std::format("expect.inject.{}.kill", i),
                         std::format("there is no component '{}'", injections[i].kill), "name one of the components");
        }
    }
}

} // namespace tess::prove
