/// That a call waits in a channel, by somebody's authority.
#pragma once

#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/process/use.hpp"

namespace budget {
class Budget;
} // namespace budget

namespace capability {
class Slot;
} // namespace capability

namespace kernel::process {

struct Call;
class Channel;

/// Made before the lock of the channel is taken; held by its call while that waits, and by whoever sends or ends it. It
/// ends the call, unless that was delivered meanwhile.
class WaitingCall final : public Use, public base::RefCounted<WaitingCall> {
  public:
    /// For who allocates it, from ProcessObjects: of a call that is to wait in `channel`.
    explicit WaitingCall(Channel& channel) : channel_(channel) {}

    /// OverBudget, NoMemory.
    static base::Result<base::RefPtr<WaitingCall>> create(budget::Budget& payer, Channel& channel);

    /// It ends when its time has come, if it is in a tree. With no lock held.
    void begin_to_expire();

    static void destroy(WaitingCall& waiting);

    bool hold() override { return add_reference_if_alive(); }

    void release() override { drop_reference(); }

  private:
    friend class Channel;

    void end(base::Error why) override;

    Channel& channel_;     ///< as long as this is in its client's tree or ends: its object stays
    Call* call_ = nullptr; ///< under the channel's lock; null: it does not wait, or no longer
};

/// By what a call waits, if it finds no room.
struct WaitsBy {
    WaitingCall& waiting;
    capability::Slot& through; ///< a capability to the client's end
};

/// Runs send(by) for a call to `channel` that found no room, with what it then waits by, which `payer` pays for.
/// OverBudget, NoMemory, or what send() answers.
template <class Send>
auto send_waiting(budget::Budget& payer, Channel& channel, capability::Slot& through, Send send)
    -> decltype(send(std::declval<const WaitsBy&>())) {
    const auto waiting = TRY(WaitingCall::create(payer, channel));
    const auto sent = send(WaitsBy{*waiting, through});
    waiting->begin_to_expire();
    return sent;
}

} // namespace kernel::process
