#include "kernel/process/mapping.hpp"

#include "kernel/process/object.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

Mapping::Mapping(object::AddressSpace& space)
    : MappingUse(&Mapping::gone), FlushWait(&Mapping::flushed), LongWork(&Mapping::run_slice), space_(space) {}

bool Mapping::hold() { return add_reference_if_alive(); }

void Mapping::release() { drop_reference(); }

void Mapping::end(base::Error) {
    // Something of it was left when this processor was in the kernel already: the memory of its space stays.
    ends_in_ = base::RefPtr<object::AddressSpace>::share_if_alive(space_);
    done_ = base::Bytes{0};
    go_on();
}

void Mapping::go_on() {
    if (!run()) {
        processor::this_processor().threads.add(*this);
    }
}

bool Mapping::run_slice(LongWork& work) { return static_cast<Mapping&>(work).run(); }

/// One slice. False: the next one may follow at once. Else it is over, or is taken up again when a flush is complete,
/// which may have happened already.
bool Mapping::run() {
    // In one that is dying no thread runs.
    if (!ends_in_ || done_ >= size_) {
        finish();
        return true;
    }
    done_ += ends_in_->unmap_use(*this, start_ + done_, size_ - done_, *this);
    return !meeting_.arrive();
}

void Mapping::flushed(FlushWait& wait) {
    auto& self = static_cast<Mapping&>(wait);
    if (self.meeting_.arrive()) {
        processor::this_processor().threads.add(self);
    }
}

void Mapping::finish() {
    ends_in_ = nullptr;
    kept_ = nullptr;
    // First: with the last reference it is gone.
    tell_ended();
    drop_reference();
}

void Mapping::gone(object::MappingUse& use) {
    Mapping& self = of(use);
    if (Object* const owner = self.object(); owner != nullptr) {
        owner->remove_use(self);
    }
    process_objects().mappings.destroy(self);
}

} // namespace kernel::process
