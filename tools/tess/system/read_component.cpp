#include <array>

#include "tools/tess/system/read_tables.hpp"

namespace tess::system {

using base::u64;

namespace {

constexpr u64 kMillisecond = 1'000'000;

constexpr std::array<Key<Component>, 7> kBudgetKeys{{
    {"memory", [](const Field& field, Component& of) { field.take_size(of.plan.memory); }, true},
    {"capabilities", [](const Field& field, Component& of) { field.take_number(of.plan.capabilities, 1); }},
    {"threads", [](const Field& field, Component& of) { field.take_number(of.plan.thread_limit, 1); }},
    {"children", [](const Field& field, Component& of) { field.take_size(of.plan.children); }},
    {"share", [](const Field& field, Component& of) { field.take_number(of.plan.share, 1, 65'536); }},
    {"quota", [](const Field& field, Component& of) { field.take_time(of.plan.quota, 1); }},
    {"period", [](const Field& field, Component& of) { field.take_time(of.plan.period, kMillisecond); }},
}};

void read_budget(const Field& field, Component& component) {
    field.take_table<Component>(component, kBudgetKeys);
    const u64 quota = component.plan.quota;
    const u64 period = component.plan.period;
    constexpr u64 kMostProcessors = 16;
    if ((quota == 0) != (period == 0) || period > 1'000 * kMillisecond || quota > kMostProcessors * period) {
        field.refuse("'quota' and 'period' do not fit each other",
                     "give both: a period from 1ms to 1s, and a quota of at most 16 processors, 16 times the period");
    }
}

constexpr std::array<Key<supervision::Backoff>, 5> kBackoffKeys{{
    {"first",
     [](const Field& field, supervision::Backoff& of) {
         u64 time = of.first.value();
         field.take_time(time, 1);
         of.first = base::Nanoseconds{time};
     }},
    {"factor", [](const Field& field, supervision::Backoff& of) { field.take_number(of.factor, 1, 1000); }},
    {"most",
     [](const Field& field, supervision::Backoff& of) {
         u64 time = of.most.value();
         field.take_time(time, 1);
         of.most = base::Nanoseconds{time};
     }},
    {"forget",
     [](const Field& field, supervision::Backoff& of) {
         u64 time = of.forget.value();
         field.take_time(time, 1);
         of.forget = base::Nanoseconds{time};
     }},
    {"give_up",
     [](const Field& field, supervision::Backoff& of) { field.take_number(of.give_up, 1, supervision::kMostStarts); }},
}};

void read_backoff(const Field& field, Component& component) {
    field.take_table<supervision::Backoff>(component.plan.backoff, kBackoffKeys);
    if (component.plan.backoff.first > component.plan.backoff.most) {
        field.refuse("'first' is longer than 'most'", "the first wait is at most the longest");
    }
}

constexpr std::array<Key<Call>, 2> kCallKeys{{
    {"to", [](const Field& field, Call& call) { field.take(call.to); }, true},
    {"times", [](const Field& field, Call& call) { field.take_number(call.times, 1, 1'000'000); }},
}};

/// In the order of abi::SchedulingClass, but real time is Fifo.
void take_class(const Field& field, Thread& thread) {
    constexpr std::array<std::string_view, 4> kClasses{"idle", "batch", "interactive", "real-time"};
    auto place = static_cast<std::size_t>(thread.plan.scheduling_class);
    field.take_choice(place, kClasses);
    thread.plan.scheduling_class = place == 3 ? abi::SchedulingClass::Fifo : static_cast<abi::SchedulingClass>(place);
}

constexpr std::array<Key<Thread>, 8> kThreadKeys{{
    {"class", take_class},
    {"priority", [](const Field& field, Thread& thread) { field.take_number(thread.plan.priority, 1, 99); }},
    {"cpus",
     [](const Field& field, Thread& thread) {
         field.for_each_item(
             [&thread](const Field& item) { item.take_number(thread.plan.cpus.emplace_back(), 0, 511); });
     }},
    {"period", [](const Field& field, Thread& thread) { field.take_time(thread.plan.period, 1); }},
    {"deadline", [](const Field& field, Thread& thread) { field.take_time(thread.plan.deadline, 1); }},
    {"execution", [](const Field& field, Thread& thread) { field.take_time(thread.plan.execution, 1); }},
    {"jitter", [](const Field& field, Thread& thread) { field.take_time(thread.plan.jitter); }},
    {"calls",
     [](const Field& field, Thread& thread) {
         field.for_each_item(
             [&thread](const Field& item) { item.take_table<Call>(thread.calls.emplace_back(), kCallKeys); });
     }},
}};

void check_times(const Field& field, const ::plan::ThreadDraft& thread) {
    if (thread.priority == 0 || thread.period == 0 || thread.execution == 0) {
        field.refuse("a real-time thread without priority, period or execution", "give all three");
    } else if (thread.execution > thread.deadline || thread.deadline > thread.period ||
               thread.jitter > thread.deadline) {
        field.refuse("the times of a real-time thread contradict each other",
                     "execution and jitter are at most the deadline, which is at most the period");
    }
}

void read_thread(const Field& field, Thread& thread) {
    field.take_table<Thread>(thread, kThreadKeys);
    if (thread.is_real_time()) {
        thread.plan.deadline = thread.plan.deadline == 0 ? thread.plan.period : thread.plan.deadline;
        check_times(field, thread.plan);
    } else if (thread.plan.priority != 0 || thread.plan.period != 0 || thread.plan.deadline != 0 ||
               thread.plan.execution != 0 || thread.plan.jitter != 0 || !thread.calls.empty()) {
        field.refuse("priority, times and calls of a thread that is not real-time",
                     "leave them out, or write class = \"real-time\"");
    }
}

constexpr std::array<Key<Use>, 9> kUseKeys{{
    {"from", [](const Field& field, Use& use) { field.take(use.from); }, true},
    {"permissions", [](const Field& field, Use& use) { field.take(use.route.permissions); }, true},
    {"protocol", [](const Field& field, Use& use) { field.take(use.protocol.emplace()); }},
    {"optional", [](const Field& field, Use& use) { field.take(use.route.optional); }},
    {"waits", [](const Field& field, Use& use) { field.take(use.route.waits); }},
    {"scope", [](const Field& field, Use& use) { field.take(use.route.scope); }},
    {"grant", [](const Field& field, Use& use) { field.take(use.route.grant); }},
    {"quota", [](const Field& field, Use& use) { field.take_size(use.route.quota); }},
    {"cycle_ok", [](const Field& field, Use& use) { field.take(use.cycle_ok); }},
}};

constexpr std::array<Key<::plan::OfferDraft>, 4> kOfferKeys{{
    {"protocol",
     [](const Field& field, ::plan::OfferDraft& offer) {
         Protocol protocol;
         field.take(protocol);
         offer.protocol = protocol.name;
         offer.major = protocol.major;
     },
     true},
    {"permissions", [](const Field& field, ::plan::OfferDraft& offer) { field.take(offer.permissions); }, true},
    {"clients", [](const Field& field, ::plan::OfferDraft& offer) { field.take_number(offer.clients, 1); }},
    {"handling", [](const Field& field, ::plan::OfferDraft& offer) { field.take_time(offer.handling, 1); }},
}};

void take_match(const Field& field, ::plan::DeviceDraft& device) {
    field.take(device.match);
    if (!is_device_match(device.match)) {
        field.refuse("'match' names no kind of device",
                     R"(write "pci:1af4:1041", "pci:class:0108" or "mmio:virtio:2")");
    }
}

constexpr std::array<Key<::plan::DeviceDraft>, 2> kDeviceKeys{{
    {"match", take_match, true},
    {"driver", [](const Field& field, ::plan::DeviceDraft& device) { field.take(device.driver); }, true},
}};

constexpr std::array<Key<::plan::LaunchesDraft>, 3> kLaunchesKeys{{
    {"routes", [](const Field& field, ::plan::LaunchesDraft& launches) { field.take(launches.routes); }},
    {"memory", [](const Field& field, ::plan::LaunchesDraft& launches) { field.take_size(launches.memory); }},
    {"at_once", [](const Field& field, ::plan::LaunchesDraft& launches) { field.take_number(launches.at_once, 1); }},
}};

void take_start(const Field& field, Component& of) {
    constexpr std::array<std::string_view, ::plan::kStarts> kStarts{"connect", "boot", "device"};
    field.take_choice(of.plan.start, kStarts);
}

void take_restart(const Field& field, Component& of) {
    constexpr std::array<std::string_view, supervision::kPolicies> kPolicies{"always", "failure", "never"};
    field.take_choice(of.plan.restart, kPolicies);
}

void read_uses(const Field& field, Component& of) {
    field.for_each_name(
        [&of](const std::string& name, const Field& use) { use.take_table<Use>(of.uses[name], kUseKeys); });
}

void read_offers(const Field& field, Component& of) {
    field.for_each_name([&of](const std::string& name, const Field& offer) {
        offer.take_table<::plan::OfferDraft>(of.plan.offers[name], kOfferKeys);
    });
}

void read_threads(const Field& field, Component& of) {
    field.for_each_name([&of](const std::string& name, const Field& thread) { read_thread(thread, of.threads[name]); });
}

void read_devices(const Field& field, Component& of) {
    field.for_each_item([&of](const Field& device) {
        device.take_table<::plan::DeviceDraft>(of.plan.devices.emplace_back(), kDeviceKeys);
    });
}

constexpr std::array<Key<Component>, 17> kComponentKeys{{
    {"program", [](const Field& field, Component& of) { field.take_file_name(of.plan.program); }},
    {"arguments", [](const Field& field, Component& of) { field.take(of.plan.arguments); }},
    {"environment", [](const Field& field, Component& of) { field.take(of.plan.environment); }},
    {"start", take_start},
    {"restart", take_restart},
    {"essential", [](const Field& field, Component& of) { field.take(of.plan.essential); }},
    {"ready", [](const Field& field, Component& of) { field.take_time(of.plan.ready, kMillisecond); }},
    {"stop", [](const Field& field, Component& of) { field.take_time(of.plan.stop); }},
    {"label", [](const Field& field, Component& of) { field.take_number(of.plan.label, 0); }},
    {"budget", read_budget, true},
    {"backoff", read_backoff},
    {"thread", read_threads},
    {"uses", read_uses},
    {"offers", read_offers},
    {"settings", [](const Field& field, Component& of) { field.take(of.plan.settings); }},
    {"devices", read_devices},
    {"launches",
     [](const Field& field, Component& of) {
         field.take_table<::plan::LaunchesDraft>(of.plan.launches.emplace(), kLaunchesKeys);
     }},
}};

} // namespace

void read_component(const Field& field, Component& component) {
    component.plan.program = field.name();
    field.take_table<Component>(component, kComponentKeys);
}

} // namespace tess::system
