#include "abi/device_arguments.hpp"
#include "kernel/arch/physical_width.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/platform/kept_resources.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process_objects.hpp"
#include "libs/capability/contents.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

/// Nothing of a device is ever executed.
constexpr abi::Permissions kOfDeviceMemory{static_cast<u8>(abi::kAllPermissions.bits & ~abi::kExecute.bits)};

void end_device_memory(Object& object) {
    process_objects().device_memories.destroy(static_cast<DeviceMemoryObject&>(object));
}

constexpr u32 kWordBytes = 4;
constexpr u32 kConfigurationBytes = 256;

/// InvalidArgument: no such place; NotFound: another segment.
Result<pci::Function> function_of(const abi::ConfigurationPlace& place) {
    if (place.offset % kWordBytes != 0 || place.offset >= kConfigurationBytes) {
        return Error::InvalidArgument;
    }
    if (place.function >> 16 != 0) {
        return Error::NotFound;
    }
    return pci::Function{.bus = static_cast<u8>(place.function >> 8),
                         .device = static_cast<u8>(place.function >> 3 & 0x1f),
                         .function = static_cast<u8>(place.function & 7)};
}

} // namespace

Result<Progress> create_device_memory(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto wanted = call.arguments<abi::PhysicalRange>();
    const PhysicalAddress start{wanted.address};
    const Bytes size{wanted.bytes};
    // First: it checks what the others rely on. Then: as many pages as a window can have, and the processor can reach.
    auto memory = TRY(object::Memory::map_device_memory(payer.budget(), start, size));
    const u64 pages = memory->pages();
    const u64 last = (start + size).value() - 1;
    if (pages > std::numeric_limits<u32>::max() || last >> arch::physical_address_bits() != 0) {
        return Error::InvalidArgument;
    }
    const core::Kernel& kernel = core::kernel();
    if (platform::keeps_any_memory(kernel.platform, kernel.boot_info, start, size)) {
        return Error::AccessDenied;
    }
    auto object = TRY(process_objects().device_memories.create(payer.budget(), std::move(memory), end_device_memory));
    const u64 window = capability::Window{.first = 0, .count = static_cast<u32>(pages)}.qualifier();
    TRY(give_object(call, answer, payer, std::move(object), kOfDeviceMemory, window));
    return Progress::Done;
}

Result<Progress> tell_device_memory_size(const Invocation& call, Answer& answer) {
    object::Memory& memory = *static_cast<DeviceMemoryObject&>(call.object());
    answer.give(std::array{base::Pages{memory.pages()}.bytes().value()});
    return Progress::Done;
}

Result<Progress> read_configuration(const Invocation& call, Answer& answer) {
    const auto place = call.arguments<abi::ConfigurationPlace>();
    answer.give(std::array{u64{TRY(core::kernel().pci.read(TRY(function_of(place)), place.offset))}});
    return Progress::Done;
}

Result<Progress> write_configuration(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::WriteConfigurationArguments>();
    if (wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    TRY(core::kernel().pci.write(TRY(function_of(wanted.place)), wanted.place.offset, wanted.value));
    return Progress::Done;
}

} // namespace kernel::process
