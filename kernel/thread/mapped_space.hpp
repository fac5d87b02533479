/// User code in an address space of memory objects.
#pragma once

#include "base/ref_ptr.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/thread/user_fault.hpp"

namespace kernel::thread {

/// Page faults are answered by the space, and the thread waits for what it has to.
class MappedSpace final : public UserSpace {
  public:
    explicit MappedSpace(base::RefPtr<object::AddressSpace> space)
        : UserSpace(space->translations()), space_(std::move(space)) {}

    ~MappedSpace() = default;

    [[nodiscard]] object::AddressSpace& space() const { return *space_; }

    std::optional<Disposition> handle_page_fault(Thread& thread, const arch::PageFault& fault) override;

  private:
    base::RefPtr<object::AddressSpace> space_;
};

} // namespace kernel::thread
