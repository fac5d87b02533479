#include "kernel/process/kernel_caller.hpp"

#include "kernel/processor/processor.hpp"

namespace kernel::process {

void KernelCaller::note_over(base::u16 status) {
    status_ = status;
    processor::this_processor().threads.add(*this);
}

base::Error error_of(base::u16 status) {
    return status <= static_cast<base::u16>(base::Error::Revoked) ? static_cast<base::Error>(status)
                                                                  : base::Error::DeviceError;
}

} // namespace kernel::process
