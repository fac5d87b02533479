/// A client's end that was lent to the kernel, to call through from then on.
#pragma once

#include <atomic>

#include "base/guarded.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/kernel_caller.hpp"
#include "kernel/process/use.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::process {

/// It lasts as long as the capability by which it was lent; with that its calls end as if their server were gone, and
/// no more are made. Held by who calls through it, and while it ends.
class LentEnd : public Use, public base::RefCounted<LentEnd>, processor::LongWork {
  public:
    static void destroy(LentEnd& end);

    bool hold() final { return add_reference_if_alive(); }

    void release() final { drop_reference(); }

    /// It is lent by `through`, a capability to the client's end of its channel. BadHandle: that was revoked meanwhile.
    base::Result<void> begin(capability::Slot& through);

    /// Sends the call of `caller`, which asks `request`. PeerClosed: nobody will answer. Else it is over when `caller`
    /// is told; then it is to be forgotten.
    template <class T>
    base::Result<void> send(KernelCaller& caller, abi::KernelRequest method, const T& request, HandOver& hand_over);

    /// The call of `caller` is over, if there was one: it may be sent again, or given back. With no lock held.
    void forget(KernelCaller& caller);

    /// Whether whoever is asked through it has its memory in `space`.
    [[nodiscard]] bool is_served_in(const object::AddressSpace& space) const {
        return !is_over_.load(std::memory_order_relaxed) && channel_->is_served_in(space);
    }

  protected:
    /// Requests have `badge`.
    LentEnd(base::RefPtr<Channel> channel, base::u64 badge);
    ~LentEnd() = default;

    /// It is over, and nobody calls through it any more. With no lock held.
    virtual void note_over() {}

    /// The last one that held it is gone: it is given back.
    virtual void give_back() = 0;

    /// Runs body() with its lock held.
    template <class F>
    void locked(F&& body) {
        callers_.with([&](Callers&) { body(); });
    }

  private:
    using Callers = base::IntrusiveList<KernelCaller, LentEnd>;

    void end(base::Error why) final;
    static bool run_slice(LongWork& work);
    bool end_some();

    base::RefPtr<Channel> channel_;
    base::u64 badge_;
    std::atomic<bool> is_over_{false};                                     ///< set under the lock
    base::Guarded<Callers, core::KernelLock, core::kLentEndLock> callers_; ///< whose calls may be under way
};

template <class T>
base::Result<void> LentEnd::send(KernelCaller& caller, abi::KernelRequest method, const T& request,
                                 HandOver& hand_over) {
    base::Result<void> sent = base::Error::PeerClosed;
    callers_.with([&](Callers& callers) {
        if (is_over_.load(std::memory_order_relaxed)) {
            return;
        }
        sent = channel_->send_from_kernel(*caller.call(), caller, badge_, method, request, hand_over);
        if (sent) {
            callers.push_back(caller);
        }
    });
    return sent;
}

} // namespace kernel::process
