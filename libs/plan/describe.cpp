#include "libs/plan/describe.hpp"

#include <array>
#include <format>

#include "abi/arguments.hpp"
#include "abi/object_kind.hpp"
#include "base/units.hpp"
#include "libs/plan/offers_of_init.hpp"
#include "libs/rpc/description.hpp"

namespace plan {

using base::u32;
using base::u64;
using base::usize;

namespace {

constexpr std::array<std::string_view, kLogLevels> kLevels{"error", "warning", "info", "debug"};
constexpr std::array<std::string_view, kStarts> kStartNames{"connect", "boot", "device"};
constexpr std::array<std::string_view, supervision::kPolicies> kPolicyNames{"always", "failure", "never"};
constexpr std::array<std::string_view, 5> kClasses{"idle", "batch", "interactive", "", "real-time"};

/// Exact, in the largest unit that divides it.
std::string in_units(u64 amount, std::string_view smallest, u64 step, const auto& larger) {
    std::string_view unit = smallest;
    for (const std::string_view next : larger) {
        if (amount == 0 || amount % step != 0) {
            break;
        }
        amount /= step;
        unit = next;
    }
    return std::format("{}{}", amount, unit);
}

std::string size_text(u64 bytes) {
    return in_units(bytes, "B", 1024, std::array<std::string_view, 3>{"KiB", "MiB", "GiB"});
}

std::string time_text(u64 nanoseconds) {
    return in_units(nanoseconds, "ns", 1000, std::array<std::string_view, 3>{"us", "ms", "s"});
}

std::string cpus_text(const ThreadRecord& thread) {
    std::string text;
    for (u32 cpu = 0; cpu < 64 * thread.cpus.size(); ++cpu) {
        if ((thread.cpus.at(cpu / 64) >> cpu % 64 & 1) != 0) {
            text += std::format("{}{}", text.empty() ? "" : ",", cpu);
        }
    }
    return thread.all_cpus == 1 ? "all" : text;
}

std::string describe_thread(const Plan& plan, const ThreadRecord& thread) {
    std::string line = std::format("  thread {}: {}, cpus {}", plan.text(thread.name),
                                   kClasses.at(thread.scheduling_class), cpus_text(thread));
    if (thread.priority != 0) {
        line +=
            std::format(", priority {}, {} each {} within {}, jitter {}", thread.priority, time_text(thread.execution),
                        time_text(thread.period), time_text(thread.deadline), time_text(thread.jitter));
    }
    return line + "\n";
}

std::string value_text(const Plan& plan, const ValueRecord& value) {
    switch (static_cast<ValueKind>(value.kind)) {
    case ValueKind::Text: return std::format("\"{}\"", plan.text(static_cast<u32>(value.value)));
    case ValueKind::Integer: return std::format("{}", static_cast<base::i64>(value.value));
    case ValueKind::Flag: return value.value == 1 ? "true" : "false";
    }
    return {};
}

std::string describe_values(const Plan& plan, const Table<ValueRecord>& values, std::string_view what) {
    std::string lines;
    for (const ValueRecord value : values) {
        lines += std::format("{} {} = {}\n", what, plan.text(value.name), value_text(plan, value));
    }
    return lines;
}

std::string_view name_of_init_offer(u64 protocol) {
    for (const auto& [name, offer] : offers_of_init()) {
        if (rpc::ProtocolId{offer.protocol, 0, 0}.number() == protocol) {
            return name;
        }
    }
    return "?";
}

std::string target_of(const Plan& plan, const UseRecord& use) {
    if (use.provider == kNone && use.object == 0) {
        return std::format("{}.{}", kInit, name_of_init_offer(use.protocol));
    }
    if (use.provider == kNone) {
        return std::format("kernel.{}", abi::name(static_cast<abi::ObjectKind>(use.object)));
    }
    const OfferRecord offer = plan.all_offers()[use.offer];
    return std::format("{}.{} ({}/{})", plan.text(plan.components()[use.provider].name), plan.text(offer.name),
                       plan.text(offer.protocol_name), offer.major);
}

std::string describe_use(const Plan& plan, u32 number, const UseRecord& use) {
    std::string line = std::format("  route {} {}: {} {}", number, plan.text(use.name), target_of(plan, use),
                                   letters({use.permissions}));
    line += use.optional == 1 ? " optional" : "";
    line += use.waits == 1 ? "" : " without waiting";
    line += use.scope == kNone ? "" : std::format(" scope \"{}\"", plan.text(use.scope));
    line += use.quota == 0 ? "" : std::format(" quota {}", size_text(use.quota));
    return line + "\n" + describe_values(plan, plan.grant(use), "    grant");
}

std::string describe_offer(const Plan& plan, const OfferRecord& offer) {
    return std::format("  offer {}: {}/{} {} for {} clients{}\n", plan.text(offer.name), plan.text(offer.protocol_name),
                       offer.major, letters({static_cast<base::u8>(offer.permissions)}), offer.clients,
                       offer.handling == 0 ? "" : std::format(", {} a call", time_text(offer.handling)));
}

std::string describe_limits(const ComponentRecord& component) {
    std::string text = std::format(
        "  budget: memory {}, children {}, capabilities {}, threads {}, share {}{}\n", size_text(component.memory),
        size_text(component.children), component.capabilities,
        component.thread_limit == 0 ? "of the program" : std::to_string(component.thread_limit), component.share,
        component.period == 0
            ? ""
            : std::format(", quota {} each {}", time_text(component.quota), time_text(component.period)));
    return text + std::format("  backoff: first {}, factor {}, most {}, forget {}, give up after {}\n",
                              time_text(component.backoff_first), component.backoff_factor,
                              time_text(component.backoff_most), time_text(component.backoff_forget),
                              component.backoff_give_up);
}

std::string describe_launches(const Plan& plan, const ComponentRecord& component) {
    if (component.launches == 0) {
        return {};
    }
    std::string line =
        std::format("  launches: {} at once, memory {}, routes", component.at_once, size_text(component.launch_memory));
    for (const LaunchRouteRecord route : plan.launch_routes(component)) {
        line += std::format(" {}", plan.text(plan.all_uses()[route.use].name));
    }
    return line + "\n";
}

std::string describe_component(const Plan& plan, const ComponentRecord& component) {
    std::string text =
        std::format("component {}: program {}, start {}, restart {}{}, ready {}, stop {}, label {}\n",
                    plan.text(component.name), plan.text(component.program), kStartNames.at(component.start),
                    kPolicyNames.at(component.restart), component.essential == 1 ? ", essential" : "",
                    time_text(component.ready), time_text(component.stop), component.label);
    for (const WordRecord word : plan.arguments(component)) {
        text += std::format("  argument \"{}\"\n", plan.text(word.text));
    }
    for (const VariableRecord variable : plan.environment(component)) {
        text += std::format("  environment {} = \"{}\"\n", plan.text(variable.name), plan.text(variable.value));
    }
    text += describe_limits(component);
    for (const ThreadRecord thread : plan.threads(component)) {
        text += describe_thread(plan, thread);
    }
    u32 number = 0;
    for (const UseRecord use : plan.uses(component)) {
        text += describe_use(plan, number++, use);
    }
    for (const OfferRecord offer : plan.offers(component)) {
        text += describe_offer(plan, offer);
    }
    text += describe_values(plan, plan.settings(component), "  setting");
    for (const DeviceRecord device : plan.devices(component)) {
        text +=
            std::format("  device {}: {}\n", plan.text(device.match), plan.text(plan.components()[device.driver].name));
    }
    return text + describe_launches(plan, component);
}

} // namespace

std::string letters(abi::Permissions permissions) {
    constexpr std::string_view kLetters = "rwxdgm";
    std::string text;
    for (usize bit = 0; bit < kLetters.size(); ++bit) {
        if ((permissions.bits >> bit & 1) != 0) {
            text += kLetters[bit];
        }
    }
    return text;
}

std::string describe(const Plan& plan) {
    const SystemRecord& system = plan.system();
    std::string text =
        std::format("system {}: memory {}, reserve {}, cpus {}, log {}\n", plan.text(system.name),
                    size_text(system.memory), size_text(system.reserve), system.cpus, kLevels.at(system.log));
    for (const ComponentRecord component : plan.components()) {
        text += describe_component(plan, component);
    }
    for (const FileRecord file : plan.files()) {
        const auto digest = digest::hexadecimal(file.digest);
        text += std::format("file {}{}{}\n", plan.text(file.name), file.has_digest == 1 ? " sha256 " : "",
                            file.has_digest == 1 ? std::string_view(digest) : std::string_view());
    }
    return text;
}

} // namespace plan
