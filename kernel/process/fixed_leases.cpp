#include "kernel/process/fixed_leases.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/process/waiting_call.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;

Result<RefPtr<FixedLeases>> FixedLeases::create(Call& call, Ring& ring, Channel& channel, abi::Handle client) {
    return process_objects().fixed_leases.create_counted(ring.process().budget(), call, ring, channel, client);
}

FixedLeases::FixedLeases(Call& call, Ring& ring, Channel& channel, abi::Handle client)
    : Message(&FixedLeases::arrive), LongWork(&FixedLeases::run_slice), ring_(RefPtr<Ring>::share(ring)),
      channel_(RefPtr<Channel>::share(channel)), call_(call), client_(client),
      home_(processor::this_processor().index()) {}

void FixedLeases::destroy(FixedLeases& leases) { process_objects().fixed_leases.destroy(leases); }

bool FixedLeases::has_pins() const {
    return std::ranges::any_of(leases_, [](const FixedLease& lease) {
        return lease.is_used() && (lease.range().access & abi::kLeasePin) != 0;
    });
}

bool FixedLeases::is_any_paged() const {
    return std::ranges::any_of(
        leases_, [](const FixedLease& lease) { return lease.is_used() && lease.range().memory->is_paged(); });
}

void FixedLeases::start() {
    constexpr int kSteps = 4;
    if (const auto may_begin = channel_->check_fixed(*this); !may_begin) {
        fail(may_begin.error());
    }
    for (int i = 0; i < kSteps; ++i) {
        if (step()) {
            return;
        }
    }
    is_queued_ = true;
    processor::this_processor().threads.add(*this);
}

void FixedLeases::end(EndKind how) {
    if (how == EndKind::Forced) {
        is_forced_.store(true, std::memory_order_relaxed);
    }
    must_end_.store(true, std::memory_order_release);
    kick();
}

void FixedLeases::kick() {
    add_reference();
    if (!core::kernel().processors.at(home_).post(*this)) {
        drop_reference();
    }
}

void FixedLeases::end_call(EndKind how) {
    // Its own processor may be at its end just now.
    if (Channel* const where = call_.channel.load(std::memory_order_acquire); where != nullptr) {
        where->end_lending(call_, *this, how);
    }
}

void FixedLeases::Sweeping::done(object::Sweep& sweep) {
    FixedLeases& owner = static_cast<Sweeping&>(sweep).owner;
    const auto held = RefPtr<FixedLeases>::share(owner);
    owner.is_swept_.store(true, std::memory_order_release);
    owner.kick();
}

void FixedLeases::Waiting::come(PageWait& wait, Result<void> result) {
    FixedLeases& owner = static_cast<Waiting&>(wait).owner;
    owner.is_waiting_ = false;
    if (!result) {
        owner.fail(result.error());
    }
    owner.kick();
}

void FixedLeases::arrive(mailbox::Message& message) {
    auto& self = static_cast<FixedLeases&>(message);
    if (!std::exchange(self.is_queued_, true)) {
        processor::this_processor().threads.add(self);
    }
    self.drop_reference();
}

bool FixedLeases::run_slice(LongWork& work) {
    auto& self = static_cast<FixedLeases&>(work);
    self.is_queued_ = false;
    if (self.step()) {
        return true;
    }
    self.is_queued_ = true;
    return false;
}

bool FixedLeases::step() {
    if (!has_come()) {
        return true;
    }
    switch (phase_) {
    case Phase::Pinning: return pin_some();
    case Phase::Sending: return send();
    case Phase::Lent: return begin_return();
    case Phase::Recalling: return recall();
    case Phase::Returning: return return_one();
    case Phase::Leaving: return leave();
    case Phase::Over: break;
    }
    return finish();
}

bool FixedLeases::has_come() {
    if (is_waiting_ && must_end()) {
        static_cast<void>(wait_.give_up(Error::Revoked));
    }
    if (is_sweeping_ && is_swept_.exchange(false, std::memory_order_acquire)) {
        is_sweeping_ = false;
    }
    return !is_waiting_ && !is_sweeping_;
}

void FixedLeases::go_to(Phase phase) {
    phase_ = phase;
    index_ = 0;
}

bool FixedLeases::pin_some() {
    if (must_end()) {
        fail(Error::Revoked);
        go_to(Phase::Leaving);
        return false;
    }
    if (index_ == leases_.size()) {
        go_to(Phase::Sending);
        return false;
    }
    FixedLease& lease = leases_.at(index_);
    if (lease.is_pinned()) {
        ++index_;
        return false;
    }
    is_sweeping_ = true;
    const auto outcome = lease.pin_some(sweep_);
    if (!outcome) {
        is_sweeping_ = false;
        fail(outcome.error());
    } else if (*outcome != memory_object::Outcome::Ready) {
        wait_for_page(lease, *outcome);
    }
    return false;
}

void FixedLeases::wait_for_page(FixedLease& lease, memory_object::Outcome outcome) {
    is_waiting_ = true;
    const auto waits = lease.wait_for_page(wait_, outcome);
    if (!waits || !*waits) {
        is_waiting_ = false;
    }
    if (!waits) {
        fail(waits.error());
    }
}

bool FixedLeases::send() {
    go_to(Phase::Lent);
    if (const auto sent = send_now(); !sent) {
        fail(sent.error());
    }
    return false;
}

/// By an authority that is looked up again: time has passed.
Result<void> FixedLeases::send_now() {
    capability::Slot& slot = *TRY(resolve_client(ring_->process(), client_));
    HandOver hand_over;
    auto sent = channel_->send_fixed(call_, hand_over, nullptr);
    if (!sent && sent.error() == Error::WouldBlock) {
        sent = send_waiting(ring_->process().budget(), *channel_, slot,
                            [&](const WaitsBy& by) { return channel_->send_fixed(call_, hand_over, &by); });
    }
    hand_over.wake_last();
    return sent;
}

void FixedLeases::fail(Error error) {
    HandOver hand_over;
    static_cast<void>(call_.end(error, hand_over, EndKind::Forced));
    hand_over.wake_last();
}

bool FixedLeases::begin_return() {
    if (!must_end()) {
        return true;
    }
    HandOver hand_over;
    const bool may_begin = channel_->begin_return(call_, hand_over);
    hand_over.wake_last();
    if (may_begin) {
        go_to(Phase::Recalling);
    }
    return !may_begin;
}

bool FixedLeases::recall() {
    const EndKind how = is_forced() ? EndKind::Forced : EndKind::Asked;
    if (const auto inner = process_objects().lent_on.next_to_end(*this, how)) {
        inner->end_call(how);
        return false;
    }
    if (!process_objects().lent_on.are_over(*this)) {
        return true;
    }
    go_to(Phase::Returning);
    return false;
}

bool FixedLeases::return_one() {
    if (index_ == leases_.size()) {
        go_to(Phase::Leaving);
        return false;
    }
    is_sweeping_ = true;
    if (!leases_.at(index_).hide(sweep_)) {
        is_sweeping_ = false;
    }
    ++index_;
    return false;
}

bool FixedLeases::leave() {
    if (index_ == leases_.size()) {
        go_to(Phase::Over);
        return false;
    }
    const bool has_left = leases_.at(index_).leave();
    index_ += has_left ? 1 : 0;
    return !has_left;
}

/// Once more each time it is kicked: the call may go on without what it lent.
bool FixedLeases::finish() {
    HandOver hand_over;
    const bool is_over = channel_->finish_fixed(call_, *this, hand_over);
    hand_over.wake_last();
    if (is_over) {
        ring_ = nullptr;
        channel_ = nullptr;
        drop_reference();
    }
    return true;
}

Result<void> LentOn::add(FixedLeases& outer, FixedLease& inner) {
    Result<void> added = Error::Revoked;
    lists_.with([&](Lists&) {
        if (!outer.is_closed_) {
            outer.inner_.push_back(inner);
            added = {};
        }
    });
    return added;
}

void LentOn::remove(FixedLeases& outer, FixedLease& inner) {
    lists_.with([&](Lists&) { outer.inner_.remove(inner); });
}

RefPtr<FixedLeases> LentOn::next_to_end(FixedLeases& outer, EndKind how) {
    RefPtr<FixedLeases> next;
    lists_.with([&](Lists&) {
        outer.is_closed_ = true;
        // Who was asked stands behind those who were not, or not so.
        FixedLease* const inner = outer.inner_.front();
        if (inner != nullptr && (!inner->asked || *inner->asked < how)) {
            inner->asked = how;
            outer.inner_.remove(*inner);
            outer.inner_.push_back(*inner);
            next = RefPtr<FixedLeases>::share(inner->owner());
        }
    });
    return next;
}

bool LentOn::are_over(FixedLeases& outer) {
    return lists_.with([&](Lists&) { return outer.inner_.empty(); });
}

} // namespace kernel::process
