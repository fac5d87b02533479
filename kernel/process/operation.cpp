#include "kernel/process/operation.hpp"

#include "kernel/process/process_objects.hpp"

namespace kernel::process {

Operation::Operation(Ring& ring, base::u64 tag, bool is_quiet)
    : ring_(base::RefPtr<Ring>::share(ring)), tag_(tag), is_quiet_(is_quiet) {}

void Operation::arrive() {
    if (meeting_.arrive()) {
        ring_->complete(tag_, is_quiet_, status_, answer_);
        abandon();
    }
}

void Operation::complete(const Answer& answer) {
    ring_->complete(tag_, is_quiet_, 0, answer);
    abandon();
}

void Operation::abandon() { process_objects().operations.destroy(*this); }

void Operation::fail(base::Error error) {
    ring_->complete(tag_, is_quiet_, static_cast<base::u16>(error), answer_);
    abandon();
}

void fail_all(OperationList& operations, base::Error error) {
    while (Operation* const operation = operations.pop_front()) {
        operation->fail(error);
    }
}

void complete_all(OperationList& operations, const Answer& answer) {
    while (Operation* const operation = operations.pop_front()) {
        operation->complete(answer);
    }
}

void move_all(OperationList& from, OperationList& to) {
    while (Operation* const operation = from.pop_front()) {
        to.push_back(*operation);
    }
}

} // namespace kernel::process
