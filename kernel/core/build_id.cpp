#include "kernel/core/build_id.hpp"

#include "base/byte_reader.hpp"
#include "kernel/arch/current.hpp"

namespace kernel::core {

std::span<const std::byte> build_id() {
    // [elf] gABI, note section: sizes of name and description, type, name, description.
    base::ByteReader note(Arch::build_id_note());
    const auto name_size = note.read<base::u32>();
    const auto size = note.read<base::u32>();
    const auto type = note.read<base::u32>();
    if (!name_size || !size || !type || !note.skip(*name_size)) {
        return {};
    }
    const auto description = note.take(*size);
    return description ? *description : std::span<const std::byte>{};
}

} // namespace kernel::core
