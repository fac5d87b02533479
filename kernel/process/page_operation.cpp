#include "kernel/process/page_operation.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Result;

namespace {

/// As long as a fault waits.
constexpr base::Nanoseconds kPatience = address_space::Attributes{}.pager_deadline;

} // namespace

void PageOperation::wait(Operation& operation, budget::Budget& budget, const Missing& missing, Then then) {
    const auto made = process_objects().page_operations.make(budget, operation, then);
    if (!made) {
        finish(operation, then, made.error());
        return;
    }
    const base::Nanoseconds patience = core::kernel().clock.now() + kPatience;
    const base::Nanoseconds own = operation.deadline();
    const base::Nanoseconds deadline = own == base::Nanoseconds{0} ? patience : std::min(own, patience);
    const auto waits =
        missing.memory.wait_for(**made, {missing.page, missing.outcome, missing.want, deadline, missing.answers_seen});
    if (!waits || !*waits) {
        process_objects().page_operations.destroy(**made);
        finish(operation, then, waits ? Result<void>{} : Result<void>{waits.error()});
        return;
    }
    // It comes on this processor, when that has left this.
    operation.wait_for_page(*made);
}

void PageOperation::come(PageWait& wait, Result<void> result) {
    auto& self = static_cast<PageOperation&>(wait);
    Operation& operation = self.operation_;
    const Then then = self.then_;
    process_objects().page_operations.destroy(self);
    operation.wait_for_page(nullptr);
    finish(operation, then, result);
}

void PageOperation::finish(Operation& operation, Then then, Result<void> result) {
    if (!result || then == Then::IsBusy) {
        operation.fail_method(result ? base::Error::Busy : result.error());
        return;
    }
    Answer answer;
    answer.give(std::array{base::u64{0}});
    operation.finish_method(answer);
}

} // namespace kernel::process
