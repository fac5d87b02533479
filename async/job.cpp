#include "async/job.hpp"

#include "async/executor.hpp"
#include "async/nursery.hpp"

namespace async {

void Job::open(Executor& here) { here.adopt(*this); }

base::u32 Job::number() {
    if (number_ == 0) {
        number_ = executor_->next_number();
    }
    return number_;
}

void Job::set_latch(Error reason) {
    if (latch_.is_error()) {
        return;
    }
    latch_ = reason;
    if (shields_ == 0 && leaf_ != nullptr) {
        leaf_->cancel(reason);
    }
}

void Job::keep_shields(base::u8 count) {
    if (shields_ <= count) {
        return;
    }
    shields_ = count;
    if (!is_cancelled() || leaf_ == nullptr) {
        return;
    }
    if (Nursery* const nursery = leaf_->nursery(); nursery != nullptr) {
        nursery->cancel_jobs(latch_);
    } else {
        leaf_->cancel(latch_);
    }
}

} // namespace async
