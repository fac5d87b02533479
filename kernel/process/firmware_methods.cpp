#include <algorithm>

#include "abi/device_arguments.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_loader.hpp"

namespace kernel::process {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::RefPtr;
using base::Result;
using base::u32;
using base::u64;
using object::Memory;

namespace {

constexpr abi::Permissions kReadOnly = abi::kRead | abi::kGrant | abi::kDelegate;
constexpr Bytes kPage{base::kPageSize};

Result<void> give_memory(const Invocation& call, Answer& answer, BudgetObject& payer, RefPtr<Memory> memory,
                         abi::Permissions permissions) {
    auto object = TRY(process_objects().memories.create(payer.budget(), std::move(memory), end_memory));
    return give_object(call, answer, payer, std::move(object), permissions, kWholeMemory);
}

/// The pages in which [start, start + size) lies, which is nobody's memory. Where it begins in them.
Result<Bytes> give_pages_of(const Invocation& call, Answer& answer, BudgetObject& payer, PhysicalAddress start,
                            Bytes size, abi::Permissions permissions) {
    const PhysicalAddress first = start.align_down(kPage);
    const Bytes whole = (start + size).align_up(kPage) - first;
    TRY(give_memory(call, answer, payer, TRY(Memory::map_device_memory(payer.budget(), first, whole)), permissions));
    return start - first;
}

/// The letters as abi::TableView has them.
u32 number_of(acpi::Signature signature) {
    u32 number = 0;
    for (base::usize letter = 0; letter < acpi::Signature::kSize; ++letter) {
        constexpr u32 kBits = 8;
        number |= u32{static_cast<base::u8>(signature.text()[letter])} << (kBits * letter);
    }
    return number;
}

constexpr u64 kRangesOffset = sizeof(abi::BootInformation);

static_assert(static_cast<u32>(abi::MemoryRangeKind::Bad) == static_cast<u32>(boot::MemoryType::Bad));

/// Writes the memory map to `memory`.
Result<void> fill_ranges(Memory& memory, std::span<const boot::MemoryRange> ranges) {
    constexpr base::usize kAtOnce = 32;
    std::array<abi::MemoryRange, kAtOnce> some{};
    for (Bytes at{kRangesOffset}; !ranges.empty();) {
        const auto next = ranges.first(std::min(kAtOnce, ranges.size()));
        std::ranges::transform(next, some.begin(), [](const boot::MemoryRange& range) {
            return abi::MemoryRange{.start = range.start.value(),
                                    .bytes = range.size.value(),
                                    .kind = static_cast<u32>(range.type),
                                    .zero = 0};
        });
        const auto bytes = std::as_bytes(std::span(some).first(next.size()));
        TRY(fill(memory, at, bytes));
        at += Bytes{bytes.size()};
        ranges = ranges.subspan(next.size());
    }
    return {};
}

/// The module in which the kernel found its bundle: its index lies there.
const boot::Module* module_of(const bundle::Bundle& bundle) {
    const auto modules = core::kernel().boot_info.modules();
    const auto* const begin = bundle.bytes().data();
    const auto found = std::ranges::find_if(modules, [begin](const boot::Module& module) {
        return Arch::physical_bytes(module.start, module.size).data() == begin;
    });
    return found == modules.end() ? nullptr : &*found;
}

} // namespace

Result<Progress> show_table(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto [number] = call.arguments<std::array<u64, 1>>();
    const auto tables = core::kernel().platform.tables().all();
    if (number >= tables.size()) {
        return Error::NotFound;
    }
    const platform::FirmwareTable& table = tables[number];
    const Bytes offset = TRY(give_pages_of(call, answer, payer, table.address, table.length, kReadOnly));
    answer.give(abi::TableView{.signature = number_of(table.signature),
                               .count = static_cast<u32>(tables.size()),
                               .address = table.address.value(),
                               .offset = offset.value(),
                               .bytes = table.length.value()});
    return Progress::Done;
}

Result<Progress> show_boot_information(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const boot::BootInfo& info = core::kernel().boot_info;
    const auto ranges = info.memory.ranges();
    const std::string_view line = info.command_line();
    const abi::BootInformation head{.command_line_offset = kRangesOffset + ranges.size() * sizeof(abi::MemoryRange),
                                    .command_line_bytes = line.size(),
                                    .ranges_offset = kRangesOffset,
                                    .ranges = ranges.size(),
                                    .tables_root = info.acpi_root.value()};
    const Bytes size = Bytes{head.command_line_offset + line.size()}.align_up(kPage);
    auto memory = TRY(Memory::create_anonymous(payer.budget(), size, memory_object::Sizing::Fixed));
    TRY(fill(*memory, Bytes{0}, std::as_bytes(std::span(&head, 1))));
    TRY(fill_ranges(*memory, ranges));
    TRY(fill(*memory, Bytes{head.command_line_offset}, std::as_bytes(std::span(line))));
    TRY(give_memory(call, answer, payer, std::move(memory), kReadOnly));
    return Progress::Done;
}

Result<Progress> show_bundle(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto& bundle = core::kernel().bundle;
    if (!bundle) {
        return Error::NotFound;
    }
    const boot::Module* const module = module_of(*bundle);
    if (module == nullptr) {
        return Error::NotFound;
    }
    // Programs run from it: nobody can ever write there.
    const Bytes size{bundle->size()};
    const Bytes offset = TRY(give_pages_of(call, answer, payer, module->start, size, kReadOnly | abi::kExecute));
    answer.give(abi::BundleView{.offset = offset.value(), .bytes = size.value()});
    return Progress::Done;
}

Result<Progress> show_clock_page(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    TRY(give_memory(call, answer, payer, TRY(Memory::show_frame(payer.budget(), core::kernel().clock.page_frame())),
                    kReadOnly));
    return Progress::Done;
}

} // namespace kernel::process
