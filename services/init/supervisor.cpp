#include "services/init/supervisor.hpp"

#include <algorithm>

#include "async/timeout.hpp"
#include "base/assert.hpp"
#include "base/format.hpp"
#include "sdk/program/debug_lines.hpp"
#include "sdk/program/make_channel.hpp"
#include "services/init/control_session.hpp"

namespace services::init {

using async::Scope;
using async::Task;
using base::Nanoseconds;
using base::u32;
using sdk::launch::Child;
using supervision::End;

namespace {

/// What a client may fill of init's memory: connections to init itself, and to one service while that does not take
/// them.
constexpr base::usize kMostControlSessions = 8;
constexpr std::ptrdiff_t kMostConnections = 64;

/// Until `moment`, or it is told to stop.
Task<> pause(Component& component, Nanoseconds moment) {
    const Nanoseconds now = async::Executor::current().now();
    const auto wait = [](async::Event* event) -> Task<> { co_await event->wait(); };
    const auto told =
        co_await async::timeout(now < moment ? moment - now : Nanoseconds{0}, wait(&component.told_to_stop)).result();
    if (!told && told.error() != abi::Error::TimedOut) {
        co_await told;
    }
}

} // namespace

Supervisor::Supervisor(sdk::Program self, Roots roots, sdk::BundleFiles& bundle, const plan::Plan& plan)
    : self_(self), roots_(roots), bundle_(bundle), plan_(plan) {
    const auto all = plan.components();
    for (u32 number = 0; number < all.size(); ++number) {
        components_.push_back(std::make_unique<Component>(number, all[number]));
    }
}

std::string_view Supervisor::name(u32 component) const { return plan_.text(components_.at(component)->record.name); }

void Supervisor::say(std::string_view text) const {
    base::FixedText<256> line;
    base::print(line, "init: {}\n", text);
    sdk::write_lines(roots_.debug.as<abi::kWrite>(), line.view());
}

Task<int> Supervisor::run() {
    const int code = co_await async::scope(run_all, this);
    co_return code;
}

Task<int> Supervisor::run_all(Scope scope, Supervisor* self) {
    self->scope_ = scope;
    for (const auto& component : self->components_) {
        co_await scope.spawn(self->supervise(component.get()));
        if (component->record.start == static_cast<base::u8>(plan::Start::Boot)) {
            component->wanted.set();
        }
    }
    const auto is_running = [](const std::unique_ptr<Component>& component) {
        return component->record.start == static_cast<base::u8>(plan::Start::Boot) && !component->is_over();
    };
    while (!self->has_failed_ && std::ranges::any_of(self->components_, is_running)) {
        self->changed_.clear();
        co_await self->changed_.wait();
    }
    self->ends_ = true;
    co_await self->stop_all();
    scope.cancel();
    co_return self->has_failed_ ? 1 : 0;
}

void Supervisor::connect(Connection connection, u32 provider) {
    if (provider == plan::kNone) {
        // Without room for it the end closes, and the client hears of it.
        if (components_.at(connection.client)->control_sessions < kMostControlSessions) {
            static_cast<void>(run_scope().spawn(serve_control(std::move(connection))));
        }
        return;
    }
    Component& component = *components_.at(provider);
    const auto of_client = std::ranges::count(component.connections, connection.client, &Connection::client);
    if (component.is_over() || of_client == kMostConnections) {
        // Its end closes with the connection, and the client hears of it.
        return;
    }
    component.connections.push_back(std::move(connection));
    component.wanted.set();
    component.arrived.set();
}

/// What becomes of one client is nothing to the others.
Task<> Supervisor::serve_control(Connection connection) {
    base::usize& sessions = components_.at(connection.client)->control_sessions;
    ++sessions;
    ControlSession session(*this, connection.client, connection.permissions);
    static_cast<void>(co_await rpc::serve<protocols::Control>(session, std::move(connection.end)).result());
    --sessions;
}

Scope Supervisor::run_scope() const {
    ASSERT(scope_.has_value(), "a component runs outside of the run");
    return *scope_;
}

Component* Supervisor::component(u32 number) const {
    return number < components_.size() ? components_[number].get() : nullptr;
}

async::Result<void> Supervisor::start(Component& component) {
    if (ends_) {
        return rpc::failure<protocols::Control>(protocols::Control::Failure::SystemEnds);
    }
    if (component.is_active()) {
        return rpc::failure<protocols::Control>(protocols::Control::Failure::IsRunning);
    }
    component.state = State::Waiting;
    component.is_told_to_stop = false;
    component.told_to_stop.clear();
    component.ended.clear();
    component.supervisor.forget();
    component.wanted.set();
    return {};
}

void Supervisor::give_up(Component& component, State state) {
    component.state = state;
    component.connections.clear();
    component.wanted.clear();
    has_failed_ = has_failed_ || (state == State::Failed && component.record.essential != 0);
    component.ended.set();
    changed_.set();
}

Task<> Supervisor::supervise(Component* component) {
    while (true) {
        co_await component->wanted.wait();
        co_await run_until_over(component);
    }
}

Task<> Supervisor::run_until_over(Component* component) {
    while (true) {
        const async::Executor& executor = async::Executor::current();
        component->state = State::Running;
        component->launched.clear();
        ++component->starts;
        component->supervisor.started(executor.now());
        const auto ended = co_await run_once(component).result();
        if (component->is_told_to_stop) {
            give_up(*component, State::Stopped);
            co_return;
        }
        const auto next = component->supervisor.ended(executor.now(), ended ? *ended : End::Failed);
        if (next.step != supervision::Step::Restart) {
            if (next.step == supervision::Step::GiveUp) {
                base::FixedText<96> text;
                base::print(text, "{} is given up after {} starts", name(component->number), component->starts);
                say(text.view());
            }
            give_up(*component, next.step == supervision::Step::Finish ? State::Ended : State::Failed);
            co_return;
        }
        component->state = State::Pausing;
        co_await pause(*component, next.at);
        if (component->is_told_to_stop) {
            give_up(*component, State::Stopped);
            co_return;
        }
    }
}

Task<End> Supervisor::run_once(Component* component) {
    co_return co_await async::scope(
        [](Scope scope, Supervisor* self, Component* inner) -> Task<End> {
            auto launched = co_await self->launch(scope, inner).result();
            inner->child = launched ? &*launched : nullptr;
            inner->launched.set();
            if (!launched) {
                base::FixedText<96> text;
                base::print(text, "{} cannot be started: error {}", self->name(inner->number), launched.error().code());
                self->say(text.view());
                scope.cancel();
                co_return End::Failed;
            }
            // Somebody may have changed his mind while it was launched.
            const auto end = inner->is_told_to_stop ? async::Result<End>(End::Failed)
                                                    : co_await run_child(scope, self, inner, &*launched).result();
            // Whatever ended it: the child goes with this frame.
            inner->child = nullptr;
            inner->control.reset();
            scope.cancel();
            co_return end ? *end : End::Failed;
        },
        this, component);
}

Task<End> Supervisor::run_child(Scope scope, Supervisor* self, Component* component, Child* child) {
    if (component->record.offers.count != 0) {
        co_await scope.spawn(self->watch_ready(component));
        co_await scope.spawn(self->hand_over(component));
    }
    const sdk::launch::ExitReport report = co_await child->wait();
    self->report(*component, report);
    co_return report.reason == abi::EndReason::Exited&& report.code == 0 ? End::Good : End::Failed;
}

void Supervisor::report(const Component& component, const sdk::launch::ExitReport& report) const {
    base::FixedText<256> text;
    base::print(text, "{} ", name(component.number));
    switch (report.reason) {
    case abi::EndReason::Exited: base::print(text, "exited with {}", report.code); break;
    case abi::EndReason::Killed: base::print(text, "was killed"); break;
    case abi::EndReason::Faulted: base::print(text, "made a fault, exception {}", report.code); break;
    case abi::EndReason::Refused:
    case abi::EndReason::None: base::print(text, "was ended by the kernel"); break;
    }
    say(text.view());
    if (!report.has_panicked) {
        return;
    }
    text.clear();
    base::print(text, "{} panicked: {}", name(component.number), report.panic_text());
    say(text.view());
    text.clear();
    base::print(text, "  at");
    for (const base::u64 address : report.panic.returns) {
        if (address != 0) {
            base::print(text, " {:#x}", address - report.panic.image);
        }
    }
    say(text.view());
}

/// A start counts as good when it says that it can serve; who does not in time is ended.
Task<> Supervisor::watch_ready(Component* component) {
    const auto ask = [](Component* asked) -> Task<> {
        co_await asked->to_program().call(protocols::Component::Ready{});
    };
    const auto ready = co_await async::timeout(Nanoseconds{component->record.ready}, ask(component)).result();
    if (ready) {
        component->supervisor.became_ready();
    } else if (ready.error() == abi::Error::TimedOut && component->child != nullptr) {
        base::FixedText<96> text;
        base::print(text, "{} was not ready in time", name(component->number));
        say(text.view());
        // It may just have ended by itself.
        static_cast<void>(co_await component->child->kill().result());
    }
}

/// What clients connect goes to it as long as it runs; what it did not take stays for its next start.
Task<> Supervisor::hand_over(Component* component) {
    while (true) {
        while (!component->connections.empty()) {
            Connection connection = std::move(component->connections.front());
            component->connections.pop_front();
            const plan::OfferRecord offer = plan_.all_offers()[connection.offer];
            const auto taken =
                co_await component->to_program()
                    .call(
                        protocols::Component::Serve{.offer = protocols::Component::offer_number(plan_.text(offer.name)),
                                                    .permissions = connection.permissions.bits,
                                                    .client = name(connection.client).substr(0, 16),
                                                    .scope = plan_.text(connection.scope),
                                                    .zero = {}},
                        std::move(connection.end))
                    .result();
            if (!taken && (taken.error() == abi::Error::PeerClosed || taken.error() == abi::Error::Cancelled)) {
                co_return;
            }
            if (!taken) {
                base::FixedText<128> text;
                base::print(text, "{} does not serve {}: error {}", name(component->number), name(connection.client),
                            taken.error().code());
                say(text.view());
            }
        }
        component->arrived.clear();
        co_await component->arrived.wait();
    }
}

} // namespace services::init
