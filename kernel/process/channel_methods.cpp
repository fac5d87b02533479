#include "kernel/process/channel.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Result;

Result<Progress> create_channel(const Invocation& call, Answer& answer) {
    BudgetObject& payer = called_budget(call);
    auto& space = call.process.capabilities();
    // First, so that nothing has to be undone that others could see.
    const base::u32 server_place = TRY(space.reserve());
    const auto client_place = space.reserve();
    const auto made =
        client_place ? process_objects().channels.make(payer.budget()) : Result<Channel*>{client_place.error()};
    if (!made) {
        space.give_back(server_place);
        if (client_place) {
            space.give_back(*client_place);
        }
        return made.error();
    }
    Channel& channel = **made;
    const abi::Handle server = space.install_at(server_place, channel.server(), abi::kAllPermissions);
    const abi::Handle client = space.install_at(*client_place, channel.client(), abi::kAllPermissions);
    payer.add(channel.server());
    payer.add(channel.client());
    answer.give_capability({server, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::ChannelServer});
    answer.give_capability({client, abi::kAllPermissions, abi::SlotMode::Derive, abi::ObjectKind::ChannelClient});
    return Progress::Done;
}

} // namespace kernel::process
