/// What a capability to a Memory shows in an address space.
#pragma once

#include "kernel/object/address_space.hpp"
#include "kernel/object/flush.hpp"
#include "kernel/object/mapping_use.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/process/use.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::process {

/// Held by what is left of it in the address space, and while it is ended. It ends in slices, and waits for processors
/// that still see it.
class Mapping final : public object::MappingUse, public Use, object::FlushWait, processor::LongWork {
  public:
    /// For who allocates it, from ProcessObjects: of what will be mapped in `space`.
    explicit Mapping(object::AddressSpace& space);

    static Mapping& of(object::MappingUse& use) { return static_cast<Mapping&>(use); }

    /// Where it is, before anybody else can unmap it.
    void set_range(base::VirtualAddress start, base::Bytes size) {
        start_ = start;
        size_ = size;
    }

    /// What it shows, if nobody else keeps that until no processor sees it any more. Before it is ended.
    void keep(base::RefPtr<object::Memory> memory) { kept_ = std::move(memory); }

    bool hold() override;
    void release() override;

  private:
    void end(base::Error why) override;
    static void gone(object::MappingUse& use);
    static bool run_slice(LongWork& work);
    static void flushed(FlushWait& wait);
    bool run();
    void go_on();
    void finish();

    object::AddressSpace& space_;
    base::VirtualAddress start_{0};
    base::Bytes size_{0};
    base::RefPtr<object::AddressSpace> ends_in_; ///< while it is ended; null: that is dying
    base::RefPtr<object::Memory> kept_;          ///< until it has ended
    base::Bytes done_{0};
    object::Rendezvous meeting_; ///< of run(), which leaves, and the flush, which completes
};

} // namespace kernel::process
