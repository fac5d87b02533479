/// protocols::Control, for one client.
#pragma once

#include "libs/rpc/serve.hpp"
#include "protocols/control.hpp"
#include "services/init/supervisor.hpp"

namespace services::init {

class ControlSession {
  public:
    /// `client`: the component that calls.
    ControlSession(Supervisor& supervisor, base::u32 client, abi::Permissions granted)
        : supervisor_(supervisor), client_(client), granted_(granted) {}

    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    async::Result<protocols::Control::Find::Reply> serve(rpc::Call<protocols::Control::Find> call);
    async::Task<protocols::Control::Describe::Reply> serve(rpc::Call<protocols::Control::Describe> call);
    async::Result<protocols::Control::DescribeRoute::Reply> serve(rpc::Call<protocols::Control::DescribeRoute> call);
    async::Result<protocols::Control::Start::Reply> serve(rpc::Call<protocols::Control::Start> call);
    async::Task<protocols::Control::Stop::Reply> serve(rpc::Call<protocols::Control::Stop> call);
    async::Task<protocols::Control::Kill::Reply> serve(rpc::Call<protocols::Control::Kill> call);
    async::Task<protocols::Control::Restart::Reply> serve(rpc::Call<protocols::Control::Restart> call);

  private:
    /// The component, or NotFound.
    [[nodiscard]] async::Result<Component*> find(base::u32 number) const;
    /// In the log: who did what to whom.
    void note(std::string_view what, const Component& component) const;

    Supervisor& supervisor_;
    base::u32 client_;
    abi::Permissions granted_;
};

} // namespace services::init
