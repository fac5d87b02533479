#include "kernel/object/address_space.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/object/charged_frames.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

using address_space::Fault;
using address_space::FaultAnswer;
using base::Bytes;
using base::Error;
using base::Result;
using base::VirtualAddress;
using memory_object::Outcome;

namespace {

/// A slice of what gives memory back, for a thread that then runs again and so meets the same fault. Whether there was
/// one.
bool is_room_made(Error lack) {
    core::Kernel& kernel = core::kernel();
    if (lack != Error::NoMemory && lack != Error::OverBudget) {
        return false;
    }
    return kernel.objects->reaper.run_slice() || kernel.objects->reaper.has_work() ||
           (lack == Error::NoMemory && kernel.frames.is_short() && kernel.objects->ageing.run_slice_for_want());
}

/// Where mappings are placed from: anywhere in the lower half of what a program may have, so that room is left above.
VirtualAddress random_user_address() {
    const base::u64 pages = base::Pages::within(address_space::kUserHalf.size()).value() / 2;
    const base::u64 page = core::kernel().random.below(pages);
    return address_space::kUserHalf.start + base::Pages{page}.bytes();
}

} // namespace

AddressSpace::AddressSpace(budget::Budget& budget, base::u64 id, base::PhysicalAddress top,
                           VirtualAddress random_address)
    : LongWork([](LongWork& dying) { return static_cast<AddressSpace&>(dying).give_back_slice(); }), budget_(budget),
      translations_(id, top),
      ticket_(
          &translations_, [](void* context) { static_cast<AddressSpace*>(context)->complete_flush(); }, this),
      state_(*this, random_address) {}

Result<base::RefPtr<AddressSpace>> AddressSpace::create(budget::Budget& budget) {
    core::Kernel& kernel = core::kernel();
    Purse purse(budget);
    auto top = allocate_charged_zeroed(purse, {});
    if (!top && purse.lacks()) {
        TRY(purse.refill());
        top = allocate_charged_zeroed(purse, {});
    }
    const base::PhysicalAddress tables = TRY(std::move(top));
    Arch::fill_kernel_half(tables);
    auto space = kernel.objects->address_spaces.create_counted(budget, budget, ++kernel.last_object_id, tables,
                                                               random_user_address());
    if (!space) {
        free_charged(tables);
        return space;
    }
    kernel.objects->ageing.add(**space);
    return space;
}

void AddressSpace::destroy(AddressSpace& space) {
    core::kernel().objects->ageing.remove(space);
    core::kernel().objects->reaper.take(space);
}

Result<void> AddressSpace::set_policy(frame::Policy policy) {
    if (!core::kernel().frames.is_possible(policy)) {
        return Error::InvalidArgument;
    }
    policy_.store(policy, std::memory_order_relaxed);
    return {};
}

/// No thread is in it any more; but a processor may not have run anything since one left it for another processor.
bool AddressSpace::is_left_by_all() {
    const cpu_set::CpuSet holders = translations_.holders();
    holders.for_each([](base::u32 cpu) {
        processor::Processor& processor = core::kernel().processors.at(cpu);
        if (&processor == &processor::this_processor()) {
            processor.threads.leave_spaces();
        } else {
            processor.ask_to_leave();
        }
    });
    return translations_.holders().is_empty();
}

bool AddressSpace::give_back_slice() {
    if (!is_left_by_all()) {
        return false;
    }
    Environment e(*this);
    bool is_empty = false;
    state_.with([&](State& state) { is_empty = state.flusher.is_idle() && state.layout.clear(e); });
    processor::this_processor().effort.spend(processor::Effort::kSlice / 4);
    // No thread is in it any more, and no processor has it in force: nothing is left to flush.
    e.frames.free_all();
    if (!is_empty || !is_forgotten()) {
        return false;
    }
    const base::PhysicalAddress top = tables();
    core::kernel().objects->address_spaces.destroy(*this);
    free_charged(top);
    return true;
}

bool AddressSpace::is_forgotten() {
    auto& epochs = core::kernel().epochs;
    if (!had_uses_.load(std::memory_order_relaxed)) {
        return true;
    }
    if (emptied_at_ == 0) {
        emptied_at_ = epochs.now();
    }
    epochs.advance();
    return epochs.is_over(emptied_at_);
}

Result<VirtualAddress> AddressSpace::map(const MapRequest& request) {
    if (request.use) {
        had_uses_.store(true, std::memory_order_relaxed);
    }
    Environment e(*this);
    return e.retried([&]() -> Result<VirtualAddress> {
        Result<VirtualAddress> start = Error::NoMemory;
        state_.with([&](State& state) { start = state.layout.map(e, request); });
        return start;
    });
}

template <class Operation>
auto AddressSpace::change(FlushWait& wait, Operation operation)
    -> decltype(operation(std::declval<Layout&>(), std::declval<Environment&>())) {
    using Answer = decltype(operation(std::declval<Layout&>(), std::declval<Environment&>()));
    // Its parts make themselves, but for the ranges of its Gather, which nobody reads before they are there.
    [[clang::uninitialized]] Environment e(*this);
    bool must_start = false;
    bool is_clean = true;
    const Answer answer = e.retried([&]() -> Answer {
        Answer done = Error::NoMemory;
        state_.with([&](State& state) {
            done = operation(state.layout, e);
            // A region may have had its pages taken away before, by what is under way yet.
            const bool must_wait = e.frames.has_regions() && !state.flusher.is_idle();
            is_clean = !must_wait && (e.changes.is_empty() || (done && flush_alone(e.changes)));
            if (done && !is_clean) {
                must_start = state.flusher.add(e.changes, e.frames, &wait);
            }
        });
        return done;
    });
    if (must_start) {
        start_flush();
    } else if (answer && is_clean) {
        e.frames.free_all();
        wait.done(wait);
    }
    return answer;
}

Result<Bytes> AddressSpace::unmap(VirtualAddress start, Bytes size, FlushWait& wait) {
    return change(wait, [&](Layout& layout, Environment& e) { return layout.unmap(e, start, size); });
}

Result<Bytes> AddressSpace::protect(VirtualAddress start, Bytes size, address_space::Access access, FlushWait& wait) {
    return change(wait, [&](Layout& layout, Environment& e) { return layout.protect(e, start, size, access); });
}

Bytes AddressSpace::unmap_use(const MappingUse& use, VirtualAddress start, Bytes size, FlushWait& wait) {
    return change(
               wait,
               [&](Layout& layout, Environment& e) -> Result<Bytes> { return layout.unmap_use(e, use, start, size); })
        .value_or(size);
}

Result<address_space::Span> AddressSpace::query(VirtualAddress address) {
    Result<address_space::Span> span = Error::NotFound;
    state_.with([&](State& state) {
        const auto found = state.layout.query(address);
        span = found ? Result<address_space::Span>{found->span} : Result<address_space::Span>{found.error()};
    });
    return span;
}

Result<AddressSpace::Place> AddressSpace::find(VirtualAddress address) {
    return state_.with([&](State& state) -> Result<Place> {
        const Region& region = *TRY(state.layout.decide(address, Fault::Read));
        const Bytes in_page{address.value() % base::kPageSize};
        return Place{.memory = base::RefPtr<Memory>::share(*region.object),
                     .offset = base::Pages{region.page_at(address)}.bytes() + in_page};
    });
}

Result<FaultResult> AddressSpace::fault(VirtualAddress address, Fault fault, FaultWait& wait) {
    // Its parts make themselves, but for the ranges of its Gather, which nobody reads before they are there.
    [[clang::uninitialized]] Environment e(*this);
    bool must_start = false;
    bool must_wait = false;
    const auto found = e.retried([&]() -> Result<FaultAnswer> {
        return state_.with([&](State& state) {
            const Result<FaultAnswer> made = state.layout.fault(e, address, fault);
            // Another processor may still read the page that this one replaces: it must not see the one after the
            // other.
            must_wait = made && !e.changes.is_empty() && !flush_alone(e.changes);
            if (must_wait) {
                must_start = state.flusher.add(e.changes, e.frames, made->is_shown_elsewhere ? nullptr : &wait.flush());
            }
            return made;
        });
    });
    if (!found) [[unlikely]] {
        return is_room_made(found.error()) ? Result<FaultResult>{FaultResult::Ready} : found.error();
    }
    const FaultAnswer& answer = *found;
    if (answer.outcome != Outcome::Ready) [[unlikely]] {
        return wait_for(e, address, answer, fault, wait);
    }
    if (must_start) {
        start_flush();
    }
    if (answer.is_shown_elsewhere) [[unlikely]] {
        e.object().hide(answer.page, wait.sweep());
    } else if (!must_wait) [[likely]] {
        return FaultResult::Ready;
    }
    return wait.is_settled_on_leaving() ? FaultResult::Ready : FaultResult::Waiting;
}

Result<FaultResult> AddressSpace::wait_for(Environment& e, VirtualAddress address, const FaultAnswer& answer,
                                           Fault fault, FaultWait& wait) {
    base::RefPtr<Memory> memory;
    base::Nanoseconds patience{0};
    state_.with([&](State& state) {
        if (const auto region = state.layout.query(address); region && region->object != nullptr) {
            memory = base::RefPtr<Memory>::share(*region->object);
            patience = region->attributes.pager_deadline;
        }
    });
    if (!memory) {
        return FaultResult::Ready; // unmapped meanwhile: running it again tells
    }
    if (answer.outcome == Outcome::AskThePager && memory->is_served_in(*this)) {
        return Error::PagerLoop;
    }
    const auto want = fault == Fault::Write ? memory_object::Want::Write : memory_object::Want::Read;
    const bool is_waiting = TRY(memory->wait_for(
        wait, {answer.page, answer.outcome, want, core::kernel().clock.now() + patience, e.answers_seen()}));
    return is_waiting ? FaultResult::Waiting : FaultResult::Ready;
}

Result<void> AddressSpace::promote(VirtualAddress address) {
    Environment e(*this);
    bool must_start = false;
    const auto done = e.retried([&]() -> Result<void> {
        Result<void> promoted = Error::NoMemory;
        state_.with([&](State& state) {
            promoted = state.layout.promote(e, address);
            if (!e.changes.is_empty()) {
                must_start = state.flusher.add(e.changes, e.frames, nullptr);
                e.changes = {};
            }
        });
        return promoted;
    });
    if (must_start) {
        start_flush();
    }
    return done;
}

bool AddressSpace::flush_alone(const page_table::Gather& changes) {
    return processor::this_processor().translations.flush_alone(translations_, changes);
}

void AddressSpace::start_flush() { processor::this_processor().translations.start(ticket_); }

void AddressSpace::complete_flush() {
    // Whoever is told may drop the last reference.
    const auto self = base::RefPtr<AddressSpace>::share_if_alive(*this);
    FrameList frames;
    Flusher::Waits waits;
    bool must_start = false;
    state_.with([&](State& state) { state.flusher.take(frames, waits); });
    // Regions know their space: it stays while one of them is there.
    frames.free_all();
    state_.with([&](State& state) { must_start = state.flusher.finish(); });
    while (FlushWait* const wait = waits.pop_front()) {
        wait->done(*wait);
    }
    if (must_start) {
        start_flush();
    }
}

} // namespace kernel::object
