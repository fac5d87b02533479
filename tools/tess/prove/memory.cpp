#include <algorithm>
#include <format>
#include <limits>

#include "base/checked.hpp"
#include "base/units.hpp"
#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

using base::u64;
using system::size_text;

namespace {

/// Capabilities that every process has: its own objects, memories, rings.
constexpr u64 kOwnCapabilities = 16;
/// Of a thread's stack and rings, before its program says more.
constexpr u64 kBytesOfThread = 64 << 10;

u64 sum(u64 a, u64 b) { return base::checked_add(a, b).value_or(std::numeric_limits<u64>::max()); }

u64 bundle_bytes(const Model& model) {
    u64 bytes = base::kPageSize;
    for (const auto& [name, file] : model.evidence()) {
        bytes = sum(bytes, base::Pages::holding(base::Bytes{file.size}).bytes().value());
    }
    return bytes;
}

void prove_machine(const Model& model, Report& report) {
    const system::System& system = model.system();
    const u64 bundle = bundle_bytes(model);
    u64 budgets = 0;
    u64 children = 0;
    for (const auto& [name, component] : system.components) {
        budgets = sum(budgets, component.plan.memory);
        children = sum(children, component.plan.children);
    }
    const u64 all = sum(sum(budgets, children), sum(system.reserve, bundle));
    if (all > system.memory_bytes) {
        report.error("system.memory",
                     std::format("{} are not enough: budgets {}, children {}, reserve {}, bundle {}",
                                 size_text(system.memory_bytes), size_text(budgets), size_text(children),
                                 size_text(system.reserve), size_text(bundle)),
                     std::format("give the machine at least {}, or the components less",
                                 size_text(base::Bytes{all}.align_up(base::Bytes{1 << 20}).value())));
    }
    if (bundle > system.bundle_limit) {
        report.error(
            "system.bundle_limit",
            std::format("the bundle has {}, at most {} are allowed", size_text(bundle), size_text(system.bundle_limit)),
            "raise bundle_limit, or leave files out");
    }
}

u64 quotas_of_clients(const Model& model, const system::Component& component) {
    u64 bytes = 0;
    for (const auto& [name, offer] : component.plan.offers) {
        for (const Route* client : model.clients(offer)) {
            bytes = sum(bytes, client->use->route.quota);
        }
    }
    return bytes;
}

void prove_budget(const Model& model, const std::string& name, const system::Component& component, Report& report) {
    const Program* program = model.program(component);
    const u64 image = program == nullptr ? 0 : program->image_bytes;
    const u64 heap = program == nullptr ? 0 : program->heap_bytes;
    const u64 threads = std::max<u64>(component.threads.size(), 1) * kBytesOfThread;
    const u64 quotas = quotas_of_clients(model, component);
    const u64 all = sum(sum(image, heap), sum(threads, quotas));
    if (all > component.plan.memory) {
        report.error(
            std::format("component.{}.budget.memory", name),
            std::format("{} are not enough: program {}, heap {}, threads {}, quotas of clients {}",
                        size_text(component.plan.memory), size_text(image), size_text(heap), size_text(threads),
                        size_text(quotas)),
            std::format("write at least \"{}\"", size_text(base::Bytes{all}.align_up(base::Bytes{1 << 10}).value())));
    }
}

void prove_capabilities(const Model& model, const std::string& name, const system::Component& component,
                        Report& report) {
    u64 needed = kOwnCapabilities + component.uses.size();
    for (const auto& [offer_name, offer] : component.plan.offers) {
        needed += model.clients(offer).size();
    }
    if (needed > component.plan.capabilities) {
        report.error(std::format("component.{}.budget.capabilities", name),
                     std::format("{} are not enough: its own objects, uses and clients are {}",
                                 component.plan.capabilities, needed),
                     std::format("write at least {}", needed));
    }
    const u64 limit = component.plan.thread_limit;
    if (limit != 0 && component.threads.size() > limit) {
        report.error(std::format("component.{}.budget.threads", name),
                     std::format("{} threads are described, {} allowed", component.threads.size(), limit),
                     std::format("write threads = {}", component.threads.size()));
    }
}

void prove_launches(const std::string& name, const system::Component& component, Report& report) {
    const auto& launches = component.plan.launches;
    if (launches && launches->memory > component.plan.children) {
        report.error(std::format("component.{}.launches.memory", name),
                     std::format("{} for programs, but children may have {}", size_text(launches->memory),
                                 size_text(component.plan.children)),
                     std::format("write budget.children = \"{}\"", size_text(launches->memory)));
    }
}

} // namespace

void prove_memory(const Model& model, system::Findings& findings) {
    Report report(model, findings, "memory");
    prove_machine(model, report);
    for (const auto& [name, component] : model.system().components) {
        prove_budget(model, name, component, report);
        prove_capabilities(model, name, component, report);
        prove_launches(name, component, report);
    }
}

} // namespace tess::prove
