#include "kernel/process/fault_channel.hpp"

#include "kernel/process/invocation.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::RefPtr;
using base::Result;

Result<RefPtr<LentEnd>> FaultChannel::create(budget::Budget& budget, const Lent& end) {
    auto through = RefPtr<Channel>::share(static_cast<ChannelEnd&>(end.slot.target()).channel());
    auto made = RefPtr<LentEnd>::adopt(
        *TRY(process_objects().fault_channels.make(budget, std::move(through), end.slot.qualifier())));
    TRY(made->begin(end.slot));
    return made;
}

void FaultChannel::give_back() { process_objects().fault_channels.destroy(*this); }

} // namespace kernel::process
