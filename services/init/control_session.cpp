#include "services/init/control_session.hpp"

#include "base/format.hpp"

namespace services::init {

using async::Result;
using async::Task;
using base::u32;
using protocols::Control;

static_assert(Control::kNobody == plan::kNone);

Result<Component*> ControlSession::find(u32 number) const {
    Component* const component = supervisor_.component(number);
    return component != nullptr ? Result<Component*>(component) : rpc::failure<Control>(Control::Failure::NotFound);
}

void ControlSession::note(std::string_view what, const Component& component) const {
    base::FixedText<96> text;
    base::print(text, "{} {} {}", supervisor_.name(client_), what, supervisor_.name(component.number));
    supervisor_.say(text.view());
}

Result<Control::Find::Reply> ControlSession::serve(rpc::Call<Control::Find> call) {
    for (u32 number = 0; supervisor_.component(number) != nullptr; ++number) {
        if (supervisor_.name(number) == call->name.view()) {
            return Control::Find::Reply{.number = number};
        }
    }
    return rpc::failure<Control>(Control::Failure::NotFound);
}

Task<Control::Describe::Reply> ControlSession::serve(rpc::Call<Control::Describe> call) {
    const Component* const component = co_await find(call->number);
    Control::Describe::Reply reply{.memory_used = 0,
                                   .memory_limit = component->record.memory,
                                   .starts = component->starts,
                                   .routes = component->record.uses.count,
                                   .state = component->state,
                                   .name = supervisor_.name(component->number),
                                   .zero = {}};
    if (component->child != nullptr) {
        const auto used = co_await component->child->budget().call(protocols::objects::Budget::Usage{}).result();
        // It may have ended meanwhile.
        reply.memory_used = used ? used->usage.memory_bytes : 0;
    }
    co_return reply;
}

Result<Control::DescribeRoute::Reply> ControlSession::serve(rpc::Call<Control::DescribeRoute> call) {
    const Component* const component = TRY(find(call->number));
    if (call->route >= component->record.uses.count) {
        return rpc::failure<Control>(Control::Failure::NotFound);
    }
    const plan::UseRecord use = supervisor_.plan().uses(component->record)[call->route];
    return Control::DescribeRoute::Reply{.provider = use.provider,
                                         .permissions = use.permissions,
                                         .name = supervisor_.plan().text(use.name),
                                         .zero = {}};
}

Result<Control::Start::Reply> ControlSession::serve(rpc::Call<Control::Start> call) {
    Component* const component = TRY(find(call->number));
    TRY(supervisor_.start(*component));
    note("starts", *component);
    return Control::Start::Reply{};
}

Task<Control::Stop::Reply> ControlSession::serve(rpc::Call<Control::Stop> call) {
    Component* const component = co_await find(call->number);
    if (component->is_active()) {
        note("stops", *component);
    }
    co_await supervisor_.stop(component);
    co_return Control::Stop::Reply{};
}

Task<Control::Kill::Reply> ControlSession::serve(rpc::Call<Control::Kill> call) {
    Component* const component = co_await find(call->number);
    if (component->state == State::Running) {
        co_await component->launched.wait();
    }
    if (component->child == nullptr) {
        co_await async::fail(rpc::failure<Control>(Control::Failure::NotRunning));
    }
    note("kills", *component);
    // It may just have ended by itself.
    static_cast<void>(co_await component->child->kill().result());
    co_return Control::Kill::Reply{};
}

Task<Control::Restart::Reply> ControlSession::serve(rpc::Call<Control::Restart> call) {
    Component* const component = co_await find(call->number);
    note("restarts", *component);
    if (component->is_active()) {
        co_await supervisor_.stop(component);
    }
    co_await supervisor_.start(*component);
    co_return Control::Restart::Reply{};
}

} // namespace services::init
