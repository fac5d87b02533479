#include "kernel/process/kernel_caller.hpp"

#include <utility>

#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

base::Result<void> KernelCaller::prepare(budget::Budget& budget) {
    if (call_ == nullptr) {
        call_ = TRY(process_objects().calls.allocate(budget));
    }
    return {};
}

void KernelCaller::release_call(budget::Budget& budget) {
    process_objects().calls.release(*std::exchange(call_, nullptr), budget);
}

void KernelCaller::note_over(base::u16 status) {
    status_ = status;
    processor::this_processor().threads.add(*this);
}

base::Error error_of(base::u16 status) {
    return status <= static_cast<base::u16>(base::Error::Revoked) ? static_cast<base::Error>(status)
                                                                  : base::Error::DeviceError;
}

} // namespace kernel::process
