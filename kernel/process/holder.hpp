/// Objects of kernel/object as capabilities name them.
#pragma once

#include <limits>

#include "base/ref_ptr.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/process/object.hpp"
#include "libs/capability/contents.hpp"

namespace kernel::process {

/// Keeps a `T` while a capability to it exists.
template <class T, abi::ObjectKind kKind>
class Holder final : public Object {
  public:
    static constexpr abi::ObjectKind kKindOf = kKind;

    Holder(base::RefPtr<T> held, End end) : Object(kKind, end), held_(std::move(held)) {}

    [[nodiscard]] T& operator*() const { return *held_; }

    [[nodiscard]] const base::RefPtr<T>& held() const { return held_; }

  private:
    base::RefPtr<T> held_;
};

/// The window of a capability that shows all of a Memory, however large it becomes.
inline constexpr base::u64 kWholeMemory =
    capability::Window{.first = 0, .count = std::numeric_limits<base::u32>::max()}.qualifier();

/// Whether the window `qualifier` shows [offset, offset + bytes) of a Memory.
constexpr bool is_shown(base::u64 qualifier, base::u64 offset, base::u64 bytes) {
    if (qualifier == kWholeMemory) {
        return true;
    }
    const auto window = capability::Window::from(qualifier);
    const base::u64 start = base::u64{window.first} * base::kPageSize;
    const base::u64 size = base::u64{window.count} * base::kPageSize;
    return offset >= start && offset - start <= size && bytes <= size - (offset - start);
}

using MemoryObject = Holder<object::Memory, abi::ObjectKind::Memory>;
/// Registers or memory of a device: held by the same class, but lent to be mapped alone.
using DeviceMemoryObject = Holder<object::Memory, abi::ObjectKind::DeviceMemory>;
using AddressSpaceObject = Holder<object::AddressSpace, abi::ObjectKind::AddressSpace>;

} // namespace kernel::process
