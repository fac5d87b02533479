// Copies out of and into what calls lend.
#include "abi/arguments.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/lease.hpp"
#include "kernel/process/memory_copy.hpp"
#include "kernel/process/methods.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;

namespace {

/// While a lease is in use its call does not end.
class LeaseInUse {
  public:
    static Result<LeaseInUse> take(const Invocation& call, abi::Handle token, u64 index) {
        Call* const lending = process_objects().calls.find(token);
        const bool is_token = token.is_in_space() && token.is_reply_token() && lending != nullptr;
        Channel* const channel = is_token ? lending->channel.load(std::memory_order_acquire) : nullptr;
        if (channel == nullptr) {
            return Error::BadHandle;
        }
        auto lease = TRY(channel->begin_copy(*lending, token, call.process, index));
        return LeaseInUse(call.submitter.hand_over, *lending, *channel, std::move(lease));
    }

    LeaseInUse(LeaseInUse&& other) noexcept
        : hand_over_(other.hand_over_), call_(std::exchange(other.call_, nullptr)), channel_(other.channel_),
          lease_(std::move(other.lease_)) {}

    LeaseInUse(const LeaseInUse&) = delete;
    LeaseInUse& operator=(const LeaseInUse&) = delete;

    ~LeaseInUse() {
        if (call_ != nullptr) {
            channel_.end_copy(*call_, hand_over_);
        }
    }

    [[nodiscard]] const Channel::Lease& operator*() const { return lease_; }

  private:
    LeaseInUse(HandOver& hand_over, Call& call, Channel& channel, Channel::Lease&& lease)
        : hand_over_(hand_over), call_(&call), channel_(channel), lease_(std::move(lease)) {}

    HandOver& hand_over_;
    Call* call_;
    Channel& channel_;
    Channel::Lease lease_;
};

/// Whether [offset, offset + bytes) lies in what is lent.
bool is_lent(const abi::LeaseRange& range, u64 offset, u64 bytes) {
    const u64 length = range.length_and_access & abi::kLeaseLength;
    return offset <= length && bytes <= length - offset;
}

} // namespace

Result<Progress> copy_lent(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::CopyLentArguments>();
    const bool is_into_lease = (wanted.lease & abi::kCopyToLease) != 0;
    const abi::Permissions own_needs = is_into_lease ? abi::kRead : abi::kWrite;
    const Lent own = TRY(resolve_lent(call.process, call.slot_word(0), abi::ObjectKind::Memory, own_needs));
    const auto in_use = TRY(LeaseInUse::take(call, abi::Handle{wanted.token}, wanted.lease & ~abi::kCopyToLease));
    const auto& [caller, word, range] = *in_use;
    const abi::Permissions needs = is_into_lease ? abi::kWrite : abi::kRead;
    if (!permissions_of(range).covers(needs)) {
        return Error::AccessDenied;
    }
    if (!is_lent(range, wanted.lease_offset, wanted.bytes)) {
        return Error::OutOfRange;
    }
    // What the caller lost since has taken the lease with it.
    const Lent lent = TRY(resolve_lent(caller->process(), word, abi::ObjectKind::Memory, needs));
    const MemoryRange ours{static_cast<MemoryObject&>(own.slot.target()), own.slot.qualifier(), wanted.offset};
    const MemoryRange theirs{static_cast<MemoryObject&>(lent.slot.target()), lent.slot.qualifier(),
                             range.offset + wanted.lease_offset};
    return is_into_lease ? begin_copy(call, theirs, ours, wanted.bytes) : begin_copy(call, ours, theirs, wanted.bytes);
}

} // namespace kernel::process
