#include "kernel/process/operation.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/chain.hpp"
#include "kernel/process/page_operation.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Error;
using base::Nanoseconds;

Operation::Operation(Ring& ring, base::u64 tag, bool is_quiet, Nanoseconds deadline)
    : ring_(base::RefPtr<Ring>::share(ring)), tag_(tag), is_quiet_(is_quiet),
      home_(processor::this_processor().index()), deadline_(deadline) {}

void Operation::destroy(Operation& operation) { process_objects().operations.destroy(operation); }

void Operation::arrive() {
    if (meeting_.arrive()) {
        post(status_, answer_);
    }
}

void Operation::complete(const Answer& answer) { post(0, answer); }

void Operation::fail(Error error) { post(static_cast<base::u16>(error), answer_); }

void Operation::post(base::u16 status, const Answer& answer) {
    ring_->complete(tag_, is_quiet_, status, answer);
    tell(chain_, status);
    abandon();
}

void Operation::abandon() {
    disarm();
    if (LentRank* const lent = std::exchange(lent_, nullptr); lent != nullptr) {
        ring_->take_back(*lent);
        process_objects().lent_ranks.destroy(*lent);
    }
    ring_->remove_operation(*this);
    // It stays until the processor leaves the kernel, even if this is let go meanwhile.
    if (Object* const object = authority_.hangs_in.load(std::memory_order_relaxed); object != nullptr) {
        object->remove_use(authority_);
    }
    drop_reference();
}

base::Result<void> Operation::hang_below(capability::Slot& through) {
    auto& object = static_cast<Object&>(through.target());
    authority_.hangs_in.store(&object, std::memory_order_relaxed);
    if (object.add_use(through, authority_) != Object::Added::Yes) {
        authority_.hangs_in.store(nullptr, std::memory_order_relaxed);
        authority_.tell_ended();
        return Error::BadHandle;
    }
    process_objects().expiries.add(authority_);
    return {};
}

void Operation::look_for_end() {
    // One of both sees what the other one wrote: that it waits, or that it is to end.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (const auto why = authority_.ended.load(std::memory_order_relaxed); why != 0) {
        static_cast<void>(give_up(static_cast<Error>(why)));
    }
}

void Operation::Authority::end(Error why) {
    // It may not wait yet: then whoever has it wait sees this, before the processor leaves the kernel.
    ended.store(static_cast<base::u16>(why), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    static_cast<void>(owner.give_up(why));
    tell_ended();
    owner.drop_reference();
}

base::Result<void> Operation::lend_rank(budget::Budget& payer, Ring& holder) {
    lent_ = TRY(process_objects().lent_ranks.make(payer, ring_->rank()));
    ring_->lend(*lent_, holder);
    return {};
}

void Operation::move_rank(RingRank* holder) {
    if (lent_ != nullptr) {
        process_objects().inheritance.move(*lent_, holder);
    }
}

void Operation::expect_wait() {
    ring_->add_operation(*this);
    if (deadline_ != Nanoseconds{0}) {
        is_armed_ = true;
        // Of the timer, until it has run or is cancelled.
        add_reference();
        processor::this_processor().timers.arm(timer_, deadline_);
    }
}

void Operation::wait_for_page(PageOperation* page) {
    if (page != nullptr) {
        ring_->add_operation(*this);
        ring_->tie();
    } else {
        ring_->untie();
    }
    page_ = page;
}

bool Operation::give_up(Error error) {
    // A page's wait belongs to the processor where it began.
    if (home_ == processor::this_processor().index() && page_ != nullptr) {
        return page_->give_up(error);
    }
    const bool is_taken = process_objects().address_waits.take(*this) || process_objects().waits.take(*this);
    if (is_taken) {
        fail(error);
    }
    return is_taken;
}

void Operation::disarm() {
    if (!is_armed_) {
        return;
    }
    add_reference();
    auto& home = core::kernel().processors.at(home_);
    if (&home == &processor::this_processor()) {
        Deadline::forget(timer_);
    } else {
        static_cast<void>(home.post(timer_));
    }
}

void Operation::Deadline::pass(time::Timer& timer) {
    Operation& operation = static_cast<Deadline&>(timer).owner;
    processor::this_processor().in_kernel([&operation] {
        static_cast<void>(operation.give_up(Error::TimedOut));
        operation.drop_reference();
    });
}

void Operation::Deadline::forget(mailbox::Message& message) {
    auto& self = static_cast<Deadline&>(message);
    Operation& operation = self.owner;
    if (processor::this_processor().timers.cancel(self)) {
        operation.drop_reference();
    }
    operation.drop_reference();
}

void OperationWaits::add(OperationList& list, Operation& operation) {
    lists_.with([&](Lists&) {
        list.push_back(operation);
        operation.list_ = &list;
    });
}

Operation* OperationWaits::take_first(OperationList& list) {
    Operation* first = nullptr;
    lists_.with([&](Lists&) {
        first = list.pop_front();
        if (first != nullptr) {
            first->list_ = nullptr;
        }
    });
    return first;
}

void OperationWaits::move_all(OperationList& from, OperationList& to) {
    lists_.with([&](Lists&) {
        while (Operation* const operation = from.pop_front()) {
            to.push_back(*operation);
            operation->list_ = &to;
        }
    });
}

bool OperationWaits::take(Operation& operation) {
    return lists_.with([&](Lists&) {
        const bool waits = operation.list_ != nullptr;
        if (waits) {
            operation.list_->remove(operation);
            operation.list_ = nullptr;
        }
        return waits;
    });
}

void add_wait(OperationList& list, Operation& operation) { process_objects().waits.add(list, operation); }

void fail_all(OperationList& operations, Error error) {
    while (Operation* const operation = process_objects().waits.take_first(operations)) {
        operation->fail(error);
    }
}

void complete_all(OperationList& operations, const Answer& answer) {
    while (Operation* const operation = process_objects().waits.take_first(operations)) {
        operation->complete(answer);
    }
}

void move_all(OperationList& from, OperationList& to) { process_objects().waits.move_all(from, to); }

} // namespace kernel::process
