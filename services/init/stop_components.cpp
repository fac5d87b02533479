// How components end: clients first, asked before they are ended.
#include <algorithm>

#include "async/timeout.hpp"
#include "libs/rpc/answer.hpp"
#include "services/init/supervisor.hpp"

namespace services::init {

using async::Task;
using base::u32;

bool Supervisor::has_running_client(const Component& component) const {
    return std::ranges::any_of(components_, [&](const std::unique_ptr<Component>& client) {
        if (client.get() == &component || client->child == nullptr) {
            return false;
        }
        for (const plan::UseRecord use : plan_.uses(client->record)) {
            if (use.provider == component.number) {
                return true;
            }
        }
        return false;
    });
}

/// Clients before those who serve them; of what is left when all have clients, any.
Task<> Supervisor::stop_all() {
    while (true) {
        Component* next = nullptr;
        for (const auto& component : components_) {
            component->is_told_to_stop = true;
            component->told_to_stop.set();
            if (component->child != nullptr && (next == nullptr || !has_running_client(*component))) {
                next = component.get();
            }
        }
        if (next == nullptr) {
            co_return;
        }
        co_await end(next);
    }
}

Task<> Supervisor::stop(Component* component) {
    if (!component->is_active()) {
        co_await async::fail(rpc::failure<protocols::Control>(protocols::Control::Failure::NotRunning));
    }
    // It ends also if who asked gives up; one sees to it, however many ask.
    if (!component->is_told_to_stop) {
        co_await run_scope().spawn(end(component));
        component->is_told_to_stop = true;
        component->told_to_stop.set();
    }
    co_await component->ended.wait();
}

/// Ends this run of it, not another that somebody starts meanwhile.
Task<> Supervisor::end(Component* component) {
    const auto ask = [](Component* asked) -> Task<> {
        co_await asked->to_program().call(protocols::Component::Stop{});
        co_await asked->ended.wait();
    };
    const u32 run = component->starts;
    const bool listens = component->record.offers.count != 0 && component->child != nullptr;
    if (listens && co_await async::timeout(base::Nanoseconds{component->record.stop}, ask(component)).result()) {
        co_return;
    }
    if (component->child != nullptr && component->starts == run) {
        static_cast<void>(co_await component->child->kill().result());
    }
    if (component->is_active() && component->starts == run) {
        co_await component->ended.wait();
    }
}

} // namespace services::init
