/// What the doors' decoders share. A failure is said in a few words; an empty text is success.
#pragma once

#include <string_view>

#include "base/byte_reader.hpp"
#include "base/units.hpp"
#include "libs/boot/boot_info.hpp"
#include "libs/boot/physical_reader.hpp"

namespace boot::decoding {

template <base::PlainBytes T>
base::Result<T> read_structure(const PhysicalReader& memory, base::PhysicalAddress at) {
    base::ByteReader reader(TRY(memory.read(at, base::Bytes{sizeof(T)})));
    return reader.read<T>();
}

/// Notes a claim of the memory map with a type of E820.
[[nodiscard]] std::string_view add_claim(BootInfo& info, base::PhysicalAddress start, base::Bytes size, base::u32 type);

/// Notes a module and reserves its memory, which the map calls free. The whole memory map must have been noted before.
/// An empty module is passed over.
[[nodiscard]] std::string_view add_module(BootInfo& info, const Module& module);

/// Ends the decoding: makes the memory map ready for use.
[[nodiscard]] std::string_view finish(BootInfo& info);

} // namespace boot::decoding
