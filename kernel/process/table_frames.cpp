#include "kernel/process/table_frames.hpp"

#include <memory>
#include <new>

#include "base/address.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/object/charged_frames.hpp"

namespace kernel::process {

using base::Result;

namespace {

template <class T>
void release(T& page) {
    std::destroy_at(&page);
    const base::u64 map = Arch::physical_map_address(base::PhysicalAddress{0}).value();
    object::free_charged(base::PhysicalAddress{base::address_of(&page) - map});
}

} // namespace

template <class T>
Result<T*> TableFrames::allocate() {
    static_assert(sizeof(T) == base::kPageSize);
    ASSERT(purse_ != nullptr, "nobody pays for a table");
    const auto frame = TRY(object::allocate_charged_zeroed(*purse_, {}));
    return ::new (Arch::physical_bytes(frame, base::Bytes{sizeof(T)}).data()) T;
}

Result<capability::SlotPage*> TableFrames::allocate_slots() { return allocate<capability::SlotPage>(); }

Result<capability::Directory*> TableFrames::allocate_directory() { return allocate<capability::Directory>(); }

void TableFrames::release_slots(capability::SlotPage& page) { release(page); }

void TableFrames::release_directory(capability::Directory& directory) { release(directory); }

} // namespace kernel::process
