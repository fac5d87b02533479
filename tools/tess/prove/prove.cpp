#include "tools/tess/prove/prove.hpp"

#include <algorithm>

#include "libs/plan/plan_writer.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

namespace {

/// A call is handled on the time of who calls, which its reservation must hold. It fits: response times are proved with
/// it.
base::u64 handling_of_calls(const Model& model, const std::string& component, const system::Thread& thread) {
    base::u64 sum = 0;
    for (const system::Call& call : thread.calls) {
        const Route* const route = model.find(component, call.to);
        sum += route != nullptr && route->offer != nullptr ? route->offer->handling * call.times : 0;
    }
    return sum;
}

} // namespace

system::Findings prove(const system::System& system, const Evidence& evidence) {
    const Model model(system, evidence);
    system::Findings findings;
    prove_routes(model, findings);
    prove_programs(model, findings);
    prove_grants(model, findings);
    prove_memory(model, findings);
    prove_real_time(model, findings);
    prove_cycles(model, findings);
    prove_privilege(model, findings);
    return findings;
}

::plan::Draft draft_of(const system::System& system) {
    const Evidence nothing;
    const Model model(system, nothing);
    ::plan::Draft draft{.name = system.name,
                        .log = system.log,
                        .memory = system.memory_bytes,
                        .reserve = system.reserve,
                        .cpus = static_cast<base::u32>(system.cpus)};
    for (const auto& [name, component] : system.components) {
        ::plan::ComponentDraft& part = draft.components[name] = component.plan;
        for (const auto& [thread_name, thread] : component.threads) {
            part.threads[thread_name] = thread.plan;
            part.threads[thread_name].execution += handling_of_calls(model, name, thread);
        }
    }
    for (const Route& route : model.routes()) {
        ::plan::UseDraft& use = draft.components[route.component].uses[route.name] = route.use->route;
        use.object = route.object;
        use.provider = route.object == abi::ObjectKind::None ? route.provider : "";
        use.offer = route.object == abi::ObjectKind::None ? route.offer_name : "";
    }
    for (const system::BundledFile& file : system.files) {
        draft.files[file.to] = file.digest;
    }
    return draft;
}

base::Result<std::vector<std::byte>> compile(const system::System& system) {
    return ::plan::write_plan(draft_of(system));
}

std::vector<std::string> not_built(const system::System& system, const Evidence& evidence) {
    std::vector<std::string> paths;
    for (const system::BundledFile& file : system.files) {
        const auto at = evidence.find(file.to);
        const bool is_there = at != evidence.end() && at->second.is_there;
        if (!is_there && !std::ranges::contains(paths, file.from)) {
            paths.push_back(file.from);
        }
    }
    return paths;
}

} // namespace tess::prove
