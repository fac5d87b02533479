/// Starts the components of a plan, connects them, and starts them again.
#pragma once

#include <memory>
#include <vector>

#include "async/scope.hpp"
#include "sdk/program/bundle_files.hpp"
#include "services/init/component.hpp"

namespace services::init {

/// One for the system; lives as long as it runs.
class Supervisor {
  public:
    /// What the first program holds of the machine.
    struct Roots {
        rpc::Borrowed<protocols::objects::Machine, abi::kAllPermissions> machine;
        rpc::Borrowed<protocols::objects::Debug, abi::kAllPermissions> debug;
    };

    Supervisor(sdk::Program self, Roots roots, sdk::BundleFiles& bundle, const plan::Plan& plan);

    /// Runs the system until all that begins with it has ended, or something essential has failed; then stops the
    /// rest. The exit code: 0, or 1 if something essential failed.
    async::Task<int> run();

    /// Hands a client's connection on. Of a service that is over it is closed. `provider` kNone: to init itself.
    void connect(Connection connection, base::u32 provider);

    /// What somebody asks by protocols::Control. Failures are its own.
    async::Result<void> start(Component& component);
    /// Returns when it has ended. NotRunning: it is not active.
    async::Task<> stop(Component* component);

    /// Null: there is none of this number.
    [[nodiscard]] Component* component(base::u32 number) const;

    [[nodiscard]] const plan::Plan& plan() const { return plan_; }

    /// A line of the kernel's log.
    void say(std::string_view text) const;

    [[nodiscard]] std::string_view name(base::u32 component) const;

  private:
    static async::Task<int> run_all(async::Scope scope, Supervisor* self);
    async::Task<> supervise(Component* component);
    async::Task<> run_until_over(Component* component);
    async::Task<> serve_control(Connection connection);
    async::Task<supervision::End> run_once(Component* component);
    static async::Task<supervision::End> run_child(async::Scope scope, Supervisor* self, Component* component,
                                                   sdk::launch::Child* child);
    async::Task<sdk::launch::Child> launch(async::Scope scope, Component* component);
    [[nodiscard]] sdk::launch::Scheduling scheduling_of(const plan::ComponentRecord& record) const;
    async::Task<> hand_over(Component* component);
    async::Task<> watch_ready(Component* component);
    async::Task<> stop_all();
    async::Task<> end(Component* component);
    [[nodiscard]] async::Scope run_scope() const;
    [[nodiscard]] bool has_running_client(const Component& component) const;
    void give_up(Component& component, State state);
    void report(const Component& component, const sdk::launch::ExitReport& report) const;
    async::Task<bool> add_gift(async::Scope scope, const Component& component, base::u32 number,
                               std::vector<sdk::launch::Gift>& gifts,
                               std::vector<rpc::Capability<protocols::Connector, abi::kAllPermissions>>& ends);

    sdk::Program self_;
    Roots roots_;
    sdk::BundleFiles& bundle_;
    const plan::Plan& plan_;
    std::vector<std::unique_ptr<Component>> components_;
    async::Event changed_;              ///< something essential failed, or something that began with the system is over
    std::optional<async::Scope> scope_; ///< of the whole run
    bool has_failed_ = false;
    bool ends_ = false; ///< nothing is started any more
};

} // namespace services::init
