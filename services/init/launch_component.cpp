// What a component is given: what its routes lead to.
#include "protocols/connector.hpp"
#include "sdk/program/make_channel.hpp"
#include "services/init/connector_session.hpp"
#include "services/init/supervisor.hpp"

namespace services::init {

using async::Scope;
using async::Task;
using base::u32;
using sdk::launch::Gift;

namespace {

constexpr std::string_view kThread = "main";
constexpr u32 kWeight = 1024;

using ConnectorEnd = rpc::Capability<protocols::Connector, abi::kAllPermissions>;

Task<> serve_route(Route route, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    ConnectorSession session(route);
    co_await rpc::serve<protocols::Connector>(session, std::move(end));
}

/// By a component, or by init itself, which knows one protocol.
bool is_offered(const plan::UseRecord& use) {
    constexpr rpc::ProtocolId kControl = protocols::Control::id;
    return use.provider != plan::kNone || (use.protocol == kControl.number() && use.major == kControl.major);
}

} // namespace

Task<bool> Supervisor::add_gift(Scope scope, const Component& component, u32 number, std::vector<Gift>& gifts,
                                std::vector<ConnectorEnd>& ends) {
    const plan::UseRecord use = plan_.uses(component.record)[number];
    const abi::Permissions permissions{use.permissions};
    Gift gift{.name = plan_.text(use.name), .protocol = {}, .permissions = permissions, .handle = {}};
    gift.kind = static_cast<abi::ObjectKind>(use.object);
    if (gift.kind == abi::ObjectKind::Machine) {
        gift.handle = roots_.machine.handle();
    } else if (gift.kind == abi::ObjectKind::Debug) {
        gift.handle = roots_.debug.handle();
    } else if (gift.kind != abi::ObjectKind::None || !is_offered(use)) {
        co_return false;
    } else {
        auto made = co_await sdk::make_channel<protocols::Connector>(self_.own().budget);
        gift.protocol = use.provider == plan::kNone ? protocols::Control::id.name
                                                    : plan_.text(plan_.all_offers()[use.offer].protocol_name);
        gift.number = use.protocol;
        gift.major = static_cast<base::u16>(use.major);
        gift.kind = abi::ObjectKind::ChannelClient;
        gift.handle = made.client.handle();
        gift.is_route = true;
        ends.push_back(std::move(made.client));
        const Route route{.supervisor = this,
                          .client = component.number,
                          .provider = use.provider,
                          .offer = use.offer,
                          .permissions = permissions,
                          .scope = use.scope};
        co_await scope.spawn(serve_route(route, std::move(made.server)));
    }
    gifts.push_back(gift);
    co_return true;
}

/// As the description says of the one thread that a program has.
sdk::launch::Scheduling Supervisor::scheduling_of(const plan::ComponentRecord& record) const {
    sdk::launch::Scheduling scheduling{
        .processors = {.share = record.share, .zero = 0, .quota = {.amount = record.quota, .period = record.period}}};
    for (const plan::ThreadRecord thread : plan_.threads(record)) {
        if (plan_.text(thread.name) != kThread) {
            continue;
        }
        const auto its_class = static_cast<abi::SchedulingClass>(thread.scheduling_class);
        const bool is_real_time = its_class >= abi::SchedulingClass::RoundRobin;
        scheduling.thread = {.scheduling_class = thread.scheduling_class,
                             .priority = thread.priority,
                             .weight = is_real_time ? 0 : kWeight,
                             .zero = 0,
                             .slice = 0};
        if (is_real_time) {
            scheduling.real_time = plan::reservation_for(thread);
        }
        if (thread.all_cpus == 0) {
            scheduling.affinity = abi::AffinityMask{.words = thread.cpus};
        }
    }
    return scheduling;
}

Task<sdk::launch::Child> Supervisor::launch(Scope scope, Component* component) {
    const plan::ComponentRecord& record = component->record;
    const bundle::File file = co_await bundle_.files.find(plan_.text(record.program));
    co_await (file.is_intact() ? async::Result<void>() : async::Result<void>(abi::Error::Corrupt));
    std::vector<Gift> gifts;
    // Kept until the program has them.
    std::vector<ConnectorEnd> ends;
    for (u32 number = 0; number < plan_.uses(record).size(); ++number) {
        if (!co_await add_gift(scope, *component, number, gifts, ends)) {
            co_await async::fail(abi::Error::Unsupported);
        }
    }
    std::vector<std::string_view> arguments;
    for (const plan::WordRecord word : plan_.arguments(record)) {
        arguments.push_back(plan_.text(word.text));
    }
    auto control = co_await sdk::make_channel<protocols::Component>(self_.own().budget);
    sdk::launch::Options options{
        .image = {.memory = bundle_.memory.as<abi::kRead | abi::kExecute>(),
                  .offset = bundle_.offset_of(file),
                  .bytes = file.content},
        .limits = {.memory_bytes = record.memory, .capabilities = record.capabilities, .threads = abi::kNoLimit},
        .scheduling = scheduling_of(record),
        .arguments = arguments,
        .component = control.server.handle()};
    component->control.emplace(std::move(control.client));
    co_return co_await sdk::launch::launch(self_, options, gifts);
}

} // namespace services::init
