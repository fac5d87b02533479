#include "kernel/process/first_program.hpp"

#include <array>

#include "abi/start.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/memory/make_for_ever.hpp"
#include "kernel/process/holder.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/process/program_loader.hpp"
#include "kernel/process/program_thread.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/elf/image.hpp"

namespace kernel::process {

using address_space::Access;
using base::Bytes;
using base::RefPtr;
using base::Result;
using base::u64;
using base::VirtualAddress;
using memory::make_for_ever;
using object::Memory;
using namespace base::literals;

namespace {

/// Programs live in the upper quarter of the user half, in one window of a gibibyte each.
constexpr u64 kFirstWindow = 0x4000'0000'0000 >> 30;
constexpr u64 kWindows = (0x7fff'c000'0000 >> 30) - kFirstWindow;

constexpr ring::Shape kRing{.submissions = 64, .completions = 128, .window = 32};
constexpr Bytes kStack{256 << 10};

/// An object of the machine's own, for as long as it runs.
class RootObject final : public Object {
  public:
    explicit RootObject(abi::ObjectKind kind) : Object(kind, [](Object&) {}) {}
};

/// Where things are mapped for the program, and its ring.
struct Places {
    VirtualAddress code;
    VirtualAddress stack_end;
    RefPtr<Ring> ring;
    VirtualAddress clock;
    VirtualAddress start_block;
};

/// The machine ends with it.
void end_machine(const Ending& ending) {
    if (ending.reason == abi::EndReason::Exited && ending.code == 0) {
        LOG_INFO("the first program ended");
        core::end(core::ExitCode::Success);
    }
    if (ending.reason == abi::EndReason::Exited) {
        LOG_ERROR("the first program ended with code {}", ending.code);
    } else {
        LOG_ERROR("the first program was ended");
    }
    core::end(core::ExitCode::TestsFailed);
}

/// Gives it the roots of all authority. They are never given back.
Result<abi::RootBlock> give_roots(const RefPtr<Process>& process, const RefPtr<object::AddressSpace>& space,
                                  const RefPtr<Ring>& ring) {
    auto& frames = core::kernel().frames;
    abi::RootBlock block{.magic = abi::RootBlock::kMagic,
                         .version = abi::kVersion,
                         .count = 0,
                         .handles = {},
                         .ring_submissions = kRing.submissions,
                         .ring_completions = kRing.completions,
                         .ring_window = kRing.window,
                         .zero = 0,
                         .random = {core::kernel().random.next(), core::kernel().random.next()}};
    const Object::End never = [](Object&) {};
    const std::array<Object*, 6> roots{RefPtr<Process>(process).leak(),
                                       TRY(make_for_ever<AddressSpaceObject>(frames, space, never)),
                                       &process->payer(),
                                       RefPtr<Ring>(ring).leak(),
                                       TRY(make_for_ever<RootObject>(frames, abi::ObjectKind::Machine)),
                                       TRY(make_for_ever<RootObject>(frames, abi::ObjectKind::Debug))};
    for (Object* const object : roots) {
        const abi::Handle handle = TRY(process->capabilities().install(*object, abi::kAllPermissions));
        block.handles.at(static_cast<base::usize>(object->kind())) = handle.word();
        ++block.count;
    }
    return block;
}

/// With `roots`, to which it adds the thread's own.
Result<RefPtr<ProgramThread>> create_thread(const RefPtr<Process>& process, const Places& places,
                                            abi::RootBlock& roots) {
    const auto handle_of = [&](abi::ObjectKind kind) { return roots.handles.at(static_cast<base::usize>(kind)); };
    auto thread = TRY(ProgramThread::create(process, places.ring,
                                            {.code = places.code,
                                             .stack = places.stack_end - Bytes{sizeof(u64)},
                                             .first = handle_of(abi::ObjectKind::Process),
                                             .second = handle_of(abi::ObjectKind::Ring),
                                             .third = 0,
                                             .fourth = places.start_block.value(),
                                             .fifth = places.ring->place().address().value(),
                                             .sixth = places.clock.value()},
                                            cpu_set::CpuSet::all()));
    const abi::Handle handle = TRY(process->capabilities().install(*thread, abi::kAllPermissions));
    roots.handles.at(static_cast<base::usize>(abi::ObjectKind::Thread)) = handle.word();
    ++roots.count;
    return thread;
}

VirtualAddress choose_window() {
    auto& random = core::kernel().random;
    const u64 window = kFirstWindow + random.next() % kWindows;
    const u64 page = random.next() % ((256_MiB).value() / base::kPageSize);
    return VirtualAddress{(window << 30) + page * base::kPageSize};
}

Result<VirtualAddress> map_at(object::AddressSpace& space, const RefPtr<Memory>& memory, VirtualAddress place,
                              Access access) {
    const Bytes size = base::Pages{memory->pages()}.bytes();
    return space.map({.object = memory,
                      .size = size,
                      .access = access,
                      .attributes = {.rights = {.write = access == Access::ReadWrite, .execute = false}},
                      .placement = address_space::Placement::Fixed,
                      .address = place});
}

Result<Places> map_all(const bundle::File& file, object::AddressSpace& space, Process& process,
                       const RefPtr<Memory>& block) {
    // Behind the program, which may take up to half of the window, each with a hole before it.
    const VirtualAddress window = choose_window();
    VirtualAddress next = window + elf::Image::kMaximumSize;
    const auto take = [&](Bytes size) {
        const VirtualAddress place = next + Bytes{base::kPageSize};
        next = place + size;
        return place;
    };
    budget::Budget& budget = process.budget();
    const VirtualAddress code = TRY(load_program(file.content, space, window, budget));
    const auto stack = TRY(Memory::create_anonymous(budget, kStack, memory_object::Sizing::Fixed));
    const auto clock = TRY(Memory::show_frame(budget, core::kernel().clock.page_frame()));
    const VirtualAddress stack_start = TRY(map_at(space, stack, take(kStack), Access::ReadWrite));
    const Bytes page{base::kPageSize};
    return Places{.code = code,
                  .stack_end = stack_start + kStack,
                  .ring = TRY(process.create_ring(kRing, take(base::Pages::holding(kRing.bytes()).bytes()))),
                  .clock = TRY(map_at(space, clock, take(page), Access::Read)),
                  .start_block = TRY(map_at(space, block, take(page), Access::Read))};
}

} // namespace

Result<void> start_first_program(const bundle::File& file) {
    if (!file.is_intact()) {
        return base::Error::Corrupt;
    }
    auto& budgets = core::kernel().budgets;
    BudgetObject& payer = *TRY(make_for_ever<BudgetObject>(core::kernel().frames, BudgetObject::Life::ForEver));
    budget::Budget& budget = payer.budget();
    TRY(budgets.attach(budget, budgets.root(), budget::kNoLimits));
    const auto space = TRY(object::AddressSpace::create(budget));
    const auto process = TRY(Process::create(payer, space, true));
    process->set_ends(end_machine);
    const auto block = TRY(Memory::create_anonymous(budget, Bytes{base::kPageSize}, memory_object::Sizing::Fixed));
    const Places places = TRY(map_all(file, *space, *process, block));
    abi::RootBlock roots = TRY(give_roots(process, space, places.ring));
    const auto thread = TRY(create_thread(process, places, roots));
    TRY(fill(*block, Bytes{0}, std::as_bytes(std::span(&roots, 1))));
    process_objects().real_time_budget = &budget;
    TRY(thread->start());
    // From here on its capabilities keep it.
    static_cast<void>(RefPtr<ProgramThread>(thread).leak());
    return {};
}

} // namespace kernel::process
