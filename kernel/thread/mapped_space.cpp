#include "kernel/thread/mapped_space.hpp"

#include "kernel/thread/thread.hpp"

namespace kernel::thread {

namespace {

address_space::Fault kind_of(arch::FaultAccess access) {
    switch (access) {
    case arch::FaultAccess::Read: return address_space::Fault::Read;
    case arch::FaultAccess::Write: return address_space::Fault::Write;
    case arch::FaultAccess::Execute: return address_space::Fault::Execute;
    }
    return address_space::Fault::Read;
}

} // namespace

std::optional<Disposition> MappedSpace::handle_page_fault(Thread& thread, const arch::PageFault& fault) {
    PageFaultWait& wait = thread.page_fault_wait();
    if (const auto error = wait.take_error()) [[unlikely]] {
        wait.note_refusal(*error);
        return std::nullopt;
    }
    const auto result = space_->fault(fault.address, kind_of(fault.access), wait);
    if (!result) [[unlikely]] {
        wait.note_refusal(result.error());
        return std::nullopt;
    }
    if (*result == object::FaultResult::Ready) [[likely]] {
        return Disposition::done();
    }
    wait.note_waiting();
    return Disposition::parked();
}

} // namespace kernel::thread
