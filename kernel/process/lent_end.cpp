#include "kernel/process/lent_end.hpp"

#include "kernel/process/hand_over.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::Result;

LentEnd::LentEnd(base::RefPtr<Channel> channel, base::u64 badge)
    : LongWork(&LentEnd::run_slice), channel_(std::move(channel)), badge_(badge) {}

void LentEnd::destroy(LentEnd& end) {
    if (Object* const owner = end.object(); owner != nullptr) {
        owner->remove_use(end);
    }
    end.give_back();
}

Result<void> LentEnd::begin(capability::Slot& through) {
    if (channel_->client().add_use(through, *this) != Object::Added::Yes) {
        tell_ended();
        return Error::BadHandle;
    }
    process_objects().expiries.add(*this);
    return {};
}

void LentEnd::forget(KernelCaller& caller) {
    callers_.with([&](Callers& callers) {
        if (Callers::is_linked(caller)) {
            callers.remove(caller);
        }
    });
}

void LentEnd::end(Error) {
    callers_.with([this](const Callers&) { is_over_.store(true, std::memory_order_relaxed); });
    if (!end_some()) {
        processor::this_processor().threads.add(*this);
    }
}

bool LentEnd::run_slice(LongWork& work) { return static_cast<LentEnd&>(work).end_some(); }

/// True: all are over, and this is perhaps gone.
bool LentEnd::end_some() {
    constexpr int kSome = 16;
    bool is_over = false;
    HandOver hand_over;
    // As long as one is known here its call is not sent again.
    callers_.with([&](Callers& callers) {
        for (int i = 0; i < kSome && !is_over; ++i) {
            KernelCaller* const caller = callers.pop_front();
            is_over = caller == nullptr;
            if (!is_over) {
                static_cast<void>(caller->call()->end(Error::PeerClosed, hand_over));
            }
        }
    });
    hand_over.wake_last();
    if (is_over) {
        note_over();
        tell_ended();
        drop_reference();
    }
    return is_over;
}

} // namespace kernel::process
