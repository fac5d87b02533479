#include "sdk/program/first_block.hpp"

#include "libs/program_notes/records.hpp"
#include "sdk/ring/fill.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the first page of a mapping that was just made.

namespace sdk {

using base::u16;
using base::u64;
using base::u8;

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kHeapBytes = u64{64} << 20;

/// Between the start block and the page of a heap.
struct Page {
    runtime::StartBlock block;
    std::array<runtime::NameRecord, 2> names;
};

static_assert(sizeof(Page) <= kPage);

u64 handle_of(const abi::RootBlock& root, abi::ObjectKind kind) {
    return root.handles.at(static_cast<base::usize>(kind));
}

template <class T>
abi::Submission entry_of(const abi::RootBlock& root, abi::ObjectKind kind, u8 method, const T& arguments,
                         abi::SlotWord slot = {}) {
    abi::Submission entry{};
    entry.capability = handle_of(root, kind);
    entry.method = abi::object_method(kind, method);
    ring::fill_arguments(entry, arguments);
    entry.slots = slot.word() == 0 ? 0 : 1;
    entry.slot[0] = slot.word();
    return entry;
}

runtime::NameRecord name_of(std::string_view name, const abi::RootBlock& root, abi::ObjectKind kind) {
    return {.name = program_notes::padded<24>(name),
            .protocol = 0,
            .major = 0,
            .permissions = abi::kAllPermissions.bits,
            .kind = static_cast<u8>(kind),
            .is_route = 0,
            .handle = handle_of(root, kind)};
}

abi::Handle show_clock(const abi::RootBlock& root, ring::RingDriver& driver) {
    abi::Submission entry{};
    entry.capability = handle_of(root, abi::ObjectKind::Machine);
    entry.method = abi::object_method(abi::ObjectKind::Machine, static_cast<u8>(abi::MachineMethod::ClockPage));
    entry.accept = 1;
    entry.slots = 1;
    entry.slot[0] =
        abi::SlotWord(abi::Handle(handle_of(root, abi::ObjectKind::Budget)), abi::kExecute, abi::SlotMode::Lend).word();
    return abi::SlotWord(driver.call_now(entry).slot[0]).handle();
}

} // namespace

const runtime::StartBlock* make_first_block(const abi::RootBlock& root, ring::RingDriver& driver) {
    abi::Submission create = entry_of(root, abi::ObjectKind::Budget, static_cast<u8>(abi::BudgetMethod::CreateMemory),
                                      abi::CreateMemoryArguments{.bytes = kHeapBytes, .is_fixed = 1});
    create.accept = 1;
    const abi::Handle memory = abi::SlotWord(driver.call_now(create).slot[0]).handle();
    const abi::Completion mapped = driver.call_now(entry_of(
        root, abi::ObjectKind::AddressSpace, static_cast<u8>(abi::AddressSpaceMethod::Map),
        abi::MapArguments{
            .address = 0, .offset = 0, .bytes = kHeapBytes, .access = abi::kMapRead | abi::kMapWrite, .flags = 0},
        abi::SlotWord(memory, abi::kRead | abi::kWrite, abi::SlotMode::Lend)));
    if (mapped.status != 0) {
        return nullptr;
    }
    const u64 address = ring::word_of(mapped);
    auto* const page = ::new (reinterpret_cast<void*>(address)) Page{};
    page->block.own = root;
    page->block.bytes = sizeof(Page);
    page->block.heap = address + kPage;
    page->block.heap_bytes = kHeapBytes - kPage;
    page->block.heap_memory = memory.word();
    page->block.clock_memory = show_clock(root, driver).word();
    page->names = {name_of("machine", root, abi::ObjectKind::Machine), name_of("debug", root, abi::ObjectKind::Debug)};
    page->block.names = {.offset = static_cast<base::u32>(offsetof(Page, names)),
                         .count = static_cast<base::u32>(page->names.size())};
    return &page->block;
}

} // namespace sdk

#pragma clang unsafe_buffer_usage end
