/// The three ways in which drivers and services ask for memory by name.
#pragma once

#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

/// 2^order frames in a row, of memory that devices reach by physical address; zeroed unless `contents` says otherwise.
/// InvalidArgument, NoMemory.
template <Resources S>
base::Result<MemoryObject<S>> allocate_pages(S& source, base::u8 order, Contents contents = Contents::Zero) {
    return MemoryObject<S>::contiguous(source, order, contents);
}

/// Registers or memory of a device at [address, address + size), whole pages. InvalidArgument.
template <Resources S>
base::Result<MemoryObject<S>> map_device_memory(base::PhysicalAddress address, base::Bytes size) {
    return MemoryObject<S>::device(address, size);
}

/// Memory that two peers map: its size is fixed, so neither can take pages from under the other. Commit it before it is
/// handed out, and no fault in it can fail. InvalidArgument: also for no pages at all.
template <Resources S>
base::Result<MemoryObject<S>> create_shared_mapping(base::Bytes size) {
    if (size == base::Bytes{0}) {
        return base::Error::InvalidArgument;
    }
    return MemoryObject<S>::anonymous(size, Sizing::Fixed);
}

} // namespace memory_object
