#include "kernel/process/lease_in_use.hpp"

#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

base::Result<LeaseInUse> LeaseInUse::take(const Process& server, abi::Handle token, base::u64 index,
                                          HandOver& hand_over) {
    Call* const lending = process_objects().calls.find(token);
    const bool is_token = token.is_in_space() && token.is_reply_token() && lending != nullptr;
    Channel* const channel = is_token ? lending->channel.load(std::memory_order_acquire) : nullptr;
    if (channel == nullptr) {
        return base::Error::BadHandle;
    }
    auto lease = TRY(channel->begin_copy(*lending, token, server, index));
    return LeaseInUse(hand_over, *lending, *channel, std::move(lease));
}

} // namespace kernel::process
