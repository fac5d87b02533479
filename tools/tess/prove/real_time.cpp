#include <algorithm>
#include <format>
#include <map>
#include <set>

#include "base/checked.hpp"
#include "libs/response_time/response_time.hpp"
#include "tools/tess/prove/measured_costs.hpp"
#include "tools/tess/prove/report.hpp"
#include "tools/tess/prove/rules.hpp"

namespace tess::prove {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;
using system::time_text;

namespace {

/// A real-time thread on its processor.
struct Task {
    std::string path; ///< "component.a.thread.main"
    const system::Component* component;
    response_time::Task times;
};

/// By processor.
using Tasks = std::map<u32, std::vector<Task>>;

/// The route of a call whose offer says how long it takes; null: it was refused.
const Route* find_called(const Model& model, const std::string& component, const std::string& path,
                         const system::Call& call, Report& report) {
    const Route* route = model.find(component, call.to);
    if (route == nullptr || route->object != abi::ObjectKind::None) {
        report.error(path, std::format("'{}' is no use of '{}' that can be called", call.to, component),
                     "name one of its uses that is from a component");
        return nullptr;
    }
    if (route->offer != nullptr && route->offer->handling == 0) {
        report.error(
            path, std::format("nothing tells how long a call of '{}' takes", route->use->from),
            std::format("write handling = \"20us\" in offers.{} of component.{}", route->offer_name, route->provider));
    }
    return route->offer == nullptr || route->offer->handling == 0 ? nullptr : route;
}

/// Whether a client of lower priority may be served when the call comes: one whose threads are not all above.
bool has_lower_client(const Model& model, const ::plan::OfferDraft& offer, u32 priority) {
    return std::ranges::any_of(model.clients(offer), [&model, priority](const Route* client) {
        const auto& threads = model.system().components.at(client->component).threads;
        return threads.empty() || std::ranges::any_of(threads, [priority](const auto& entry) {
                   return entry.second.plan.priority < priority;
               });
    });
}

u64 sum(u64 a, u64 b) { return base::checked_add(a, b).value_or(~u64{0} / 4); }

/// What a thread's calls add to its execution, and how long those they come behind block it.
void add_calls(const Model& model, const std::string& component, const std::string& path, const system::Thread& thread,
               response_time::Task& times, Report& report) {
    std::set<const ::plan::OfferDraft*> called;
    for (usize i = 0; i < thread.calls.size(); ++i) {
        const system::Call& call = thread.calls[i];
        const Route* route = find_called(model, component, std::format("{}.calls.{}.to", path, i), call, report);
        if (route == nullptr) {
            continue;
        }
        const u64 handling = route->offer->handling;
        const u64 served = base::checked_multiply(handling, u64{call.times}).value_or(~u64{0} / 4);
        times.execution = Nanoseconds{sum(times.execution.value(), served)};
        if (called.insert(route->offer).second && has_lower_client(model, *route->offer, times.priority)) {
            times.blocking = Nanoseconds{sum(times.blocking.value(), handling)};
        }
    }
}

void add_task(const Model& model, const std::string& name, const std::string& thread_name, const system::Thread& thread,
              Tasks& tasks, Report& report) {
    const std::string path = std::format("component.{}.thread.{}", name, thread_name);
    const ::plan::ThreadDraft& draft = thread.plan;
    if (draft.cpus.size() != 1 && !(draft.cpus.empty() && model.system().cpus == 1)) {
        report.error(path, std::format("the real-time thread '{}' is not bound to one processor", thread_name),
                     "write cpus = [0], or the number of another: response times are proved for each processor");
        return;
    }
    Task task{path, &model.system().components.at(name), {}};
    task.times = {.priority = draft.priority,
                  .period = Nanoseconds{draft.period},
                  .deadline = Nanoseconds{draft.deadline},
                  .execution = Nanoseconds{draft.execution},
                  .jitter = Nanoseconds{draft.jitter},
                  .blocking = kLongestWithoutInterrupts};
    add_calls(model, name, path, thread, task.times, report);
    tasks[draft.cpus.empty() ? 0 : draft.cpus.front()].push_back(std::move(task));
}

void prove_cpus(const Model& model, const std::string& path, const ::plan::ThreadDraft& thread, Report& report) {
    for (const u32 cpu : thread.cpus) {
        if (cpu >= static_cast<u32>(model.system().cpus)) {
            report.error(path + ".cpus",
                         std::format("there is no processor {}: the machine has {}", cpu, model.system().cpus),
                         std::format("number them from 0 to {}, or raise cpus in [system]", model.system().cpus - 1));
        }
    }
}

Tasks collect_tasks(const Model& model, Report& report) {
    Tasks tasks;
    for (const auto& [name, component] : model.system().components) {
        for (const auto& [thread_name, thread] : component.threads) {
            prove_cpus(model, std::format("component.{}.thread.{}", name, thread_name), thread.plan, report);
            if (thread.is_real_time()) {
                add_task(model, name, thread_name, thread, tasks, report);
            }
        }
    }
    return tasks;
}

void prove_task(std::span<const response_time::Task> times, usize number, const Task& task, u32 cpu, Report& report) {
    const response_time::Supply supply{Nanoseconds{task.component->plan.quota},
                                       Nanoseconds{task.component->plan.period}};
    const auto response = response_time::worst_response(times, number, supply, kSwitch);
    const std::string deadline = time_text(task.times.deadline.value());
    if (response) {
        report.note(task.path, std::format("ends {} after its release at the latest, with a deadline of {}",
                                           time_text(response->value()), deadline));
        return;
    }
    report.error(task.path,
                 std::format("it may end after its deadline of {} on processor {}: {} of its own, {} blocked", deadline,
                             cpu, time_text(task.times.execution.value()), time_text(task.times.blocking.value())),
                 "shorten what it executes or calls, give it a higher priority, a longer deadline, more quota, or "
                 "another processor");
}

} // namespace

void prove_real_time(const Model& model, system::Findings& findings) {
    Report report(model, findings, "real-time");
    const Tasks tasks = collect_tasks(model, report);
    for (const auto& [cpu, list] : tasks) {
        std::vector<response_time::Task> times;
        std::ranges::transform(list, std::back_inserter(times), &Task::times);
        for (usize number = 0; number < list.size(); ++number) {
            prove_task(times, number, list[number], cpu, report);
        }
    }
    if (!tasks.empty()) {
        report.note("system", std::string(kAssumptions));
    }
}

} // namespace tess::prove
