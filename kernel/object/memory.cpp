#include "kernel/object/memory.hpp"

#include <algorithm>
#include <optional>

#include "kernel/core/kernel.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/object/sweep.hpp"
#include "libs/address_space/ageing.hpp"

namespace kernel::object {

using base::Bytes;
using base::Error;
using base::RefPtr;
using base::Result;
using base::u64;
using memory_object::Outcome;
using memory_object::Progress;
using memory_object::Want;
using memory_object::Work;

Result<RefPtr<Memory>> Memory::make(budget::Budget& budget, Content&& content, RefPtr<Memory> origin) {
    core::Kernel& kernel = core::kernel();
    return kernel.objects->memories.create_counted(budget, budget, ++kernel.last_object_id, std::move(content),
                                                   std::move(origin));
}

Result<RefPtr<Memory>> Memory::create_anonymous(budget::Budget& budget, Bytes size, memory_object::Sizing sizing) {
    return make(budget, TRY(Content::anonymous(size, sizing)));
}

Result<RefPtr<Memory>> Memory::create_pager_backed(budget::Budget& budget, Bytes size,
                                                   memory_object::FirstWrite first_write, PageSource& source) {
    auto memory = TRY(make(budget, TRY(Content::pager_backed(size, first_write))));
    memory->locked([&source](State& state) { state.source = &source; });
    return memory;
}

Result<RefPtr<Memory>> Memory::map_device_memory(budget::Budget& budget, base::PhysicalAddress address, Bytes size) {
    Content content = TRY(Content::device(address, size));
    if (core::kernel().boot_info.memory.is_any_usable(address, size)) {
        return Error::AccessDenied;
    }
    return make(budget, std::move(content));
}

Result<RefPtr<Memory>> Memory::show_frame(budget::Budget& budget, base::PhysicalAddress frame) {
    return make(budget, TRY(Content::device(frame, Bytes{base::kPageSize})));
}

Result<RefPtr<Memory>> Memory::allocate_pages(budget::Budget& budget, base::u8 order, memory_object::Contents contents,
                                              frame::Policy policy) {
    if (!core::kernel().frames.is_possible(policy)) {
        return Error::InvalidArgument;
    }
    Environment e(budget, policy);
    auto content = e.retried([&] { return Content::contiguous(e, order, contents); });
    if (!content) {
        return content.error();
    }
    auto block = make(budget, std::move(*content));
    if (!block) {
        Work work(~u64{0});
        static_cast<void>(content->destroy(e, work));
    }
    return block;
}

Result<void> Memory::set_policy(frame::Policy policy) {
    if (!core::kernel().frames.is_possible(policy)) {
        return Error::InvalidArgument;
    }
    policy_.store(policy, std::memory_order_relaxed);
    return {};
}

Result<RefPtr<Memory>> Memory::create_shared_mapping(budget::Budget& budget, Bytes size) {
    auto memory = TRY(create_anonymous(budget, size, memory_object::Sizing::Fixed));
    const u64 pages = base::Pages::within(size).value();
    Sweep nobody_shows_it([](Sweep&) {});
    for (u64 page = 0; page < pages;) {
        page = TRY(memory->commit(page, pages - page, nobody_shows_it)).next;
    }
    return memory;
}

void Memory::destroy(Memory& memory) { core::kernel().objects->reaper.take(memory); }

bool Memory::give_back_slice() {
    bool is_empty = false;
    {
        processor::Effort& effort = processor::this_processor().effort;
        Environment e(*this);
        Work work(effort.left());
        with([&](const address_space::Locked<Environment>& object) { is_empty = object.memory.destroy(e, work); });
        effort.spend(effort.left() - work.left());
        // Nothing maps them: whoever did held a reference.
        e.frames.free_all();
    }
    if (is_empty) {
        PageSource* source = nullptr;
        state_.with([&source](State& state) { source = state.source; });
        if (source != nullptr) {
            source->note_memory_gone();
        }
        core::kernel().objects->memories.destroy(*this);
    }
    return is_empty;
}

Result<RefPtr<Memory>> Memory::clone(budget::Budget& budget, Sweep& sweep) {
    std::optional<Content> content;
    Result<void> held;
    with([&](const address_space::Locked<Environment>& object) {
        auto cloned = object.memory.clone();
        if (cloned) {
            content.emplace(std::move(*cloned));
            object.memory.hold_writes();
        } else {
            held = cloned.error();
        }
    });
    TRY(held);
    ASSERT(content.has_value());
    const bool is_view = content->pager() != nullptr;
    auto copy = make(budget, std::move(*content), is_view ? RefPtr<Memory>::share(lock_owner()) : nullptr);
    if (!copy) {
        Environment e(*this);
        Work work(~u64{0});
        with([&](const address_space::Locked<Environment>&) { static_cast<void>(content->destroy(e, work)); });
        let_writes();
        return copy.error();
    }
    sweep.start_clone(*this);
    return copy;
}

void Memory::settle(const Progress& progress, u64 first, SweepAction action, Environment& e, Sweep& sweep) {
    sweep.start(*this, first, progress.next - first, action, e.frames);
}

Result<Progress> Memory::read(Bytes offset, std::span<std::byte> to) {
    Environment e(*this);
    return on_content(e, [&](Content& content, Work&) { return content.read(e, offset, to); });
}

Result<Progress> Memory::write(Bytes offset, std::span<const std::byte> from, Sweep& sweep) {
    Environment e(*this);
    const Progress progress =
        TRY(on_content(e, [&](Content& content, Work&) { return content.write(e, offset, from); }));
    const u64 first = base::Pages::within(offset).value();
    const u64 end = progress.is_replaced ? base::Pages::holding(Bytes{progress.next}).value() : first;
    sweep.start(*this, first, end - first, SweepAction::Unmap, e.frames);
    return progress;
}

Result<Progress> Memory::commit(u64 first, u64 count, Sweep& sweep) {
    Environment e(*this);
    const Progress progress =
        TRY(on_content(e, [&](Content& content, Work& work) { return content.commit(e, first, count, work); }));
    settle(progress, progress.is_replaced ? first : progress.next, SweepAction::Unmap, e, sweep);
    return progress;
}

Result<Progress> Memory::zero(u64 first, u64 count, Sweep& sweep) {
    Environment e(*this);
    const Progress progress =
        TRY(on_content(e, [&](Content& content, Work& work) { return content.zero(e, first, count, work); }));
    settle(progress, progress.is_replaced ? first : progress.next, SweepAction::Unmap, e, sweep);
    return progress;
}

Result<Progress> Memory::pin(u64 first, u64 count, Want want, Sweep& sweep) {
    Environment e(*this);
    const Progress progress =
        TRY(on_content(e, [&](Content& content, Work& work) { return content.pin(e, first, count, want, work); }));
    settle(progress, progress.is_replaced ? first : progress.next, SweepAction::Unmap, e, sweep);
    return progress;
}

Result<void> Memory::unpin(u64 first, u64 count) {
    Environment e(*this);
    return on_content(e, [&](Content& content, Work&) { return content.unpin(first, count); });
}

Result<void> Memory::tell_frames(u64 first, std::span<base::PhysicalAddress> frames) {
    Environment e(*this);
    return on_content(e, [&](Content& content, Work&) { return content.tell_frames(first, frames); });
}

Result<void> Memory::borrow(u64 first, std::span<const base::PhysicalAddress> frames, Want grant, Sweep& sweep) {
    Environment e(*this);
    TRY(on_content(e, [&](Content& content, Work&) { return content.borrow(e, first, frames, grant); }));
    sweep.start(*this, first, frames.size(), SweepAction::Unmap, e.frames);
    return {};
}

void Memory::return_borrowed(u64 first, u64 count, Sweep& sweep) {
    Environment e(*this);
    with([&](const address_space::Locked<Environment>& object) { object.memory.return_borrowed(e, first, count); });
    sweep.start(*this, first, count, SweepAction::Unmap, e.frames);
}

Result<Progress> Memory::discard(u64 first, u64 count, Sweep& sweep) {
    Environment e(*this);
    const Progress progress =
        TRY(on_content(e, [&](Content& content, Work& work) { return content.discard(e, first, count, work); }));
    settle(progress, first, SweepAction::Unmap, e, sweep);
    return progress;
}

u64 Memory::drop_cold(u64 first, u64 count, Sweep& sweep) {
    Environment e(*this);
    u64 dropped = 0;
    with([&](const address_space::Locked<Environment>& object) {
        for (u64 page = first; page < first + count; ++page) {
            // It may have been used since it was found.
            const auto frame = object.memory.frame_of(page);
            if (frame && address_space::Generation::is_cold(e.generation(*frame))) {
                dropped += object.memory.drop_clean(e, page) ? 1 : 0;
            }
        }
    });
    sweep.start(*this, first, dropped != 0 ? count : 0, SweepAction::Unmap, e.frames);
    return dropped;
}

Result<bool> Memory::resize(Bytes size, Sweep& sweep) {
    Environment e(*this);
    const bool is_done =
        TRY(on_content(e, [&](Content& content, Work& work) { return content.resize(e, size, work); }));
    const u64 pages = base::Pages::within(size).value();
    sweep.start(*this, pages, ~u64{0} - pages, SweepAction::Unmap, e.frames);
    return is_done;
}

void Memory::hide(u64 page, Sweep& sweep) {
    FrameList nothing;
    sweep.start(*this, page, 1, SweepAction::Unmap, nothing);
}

u64 Memory::pages() {
    u64 pages = 0;
    with([&pages](const address_space::Locked<Environment>& object) { pages = object.memory.pages(); });
    return pages;
}

Result<void> Memory::supply(u64 first, std::span<const base::PhysicalAddress> frames, memory_object::Supply supply,
                            Want grant) {
    Environment e(*this);
    TRY(on_content(e, [&](Content& content, Work&) { return content.supply(e, first, frames, supply, grant); }));
    answer(first, frames.size(), grant, {});
    return {};
}

Result<void> Memory::grant_writing(u64 first, u64 count) {
    Environment e(*this);
    TRY(on_content(e, [&](Content& content, Work&) { return content.grant_writing(first, count); }));
    answer(first, count, Want::Write, {});
    return {};
}

Result<void> Memory::give(u64 first, std::span<base::PhysicalAddress> frames, Sweep& sweep) {
    Environment e(*this);
    TRY(on_content(e, [&](Content& content, Work&) { return content.give(e, first, frames); }));
    sweep.start(*this, first, frames.size(), SweepAction::Unmap, e.frames);
    return {};
}

void Memory::take_back(u64 first, std::span<const base::PhysicalAddress> frames) {
    with([&](const address_space::Locked<Environment>& object) { object.memory.take_back(first, frames); });
}

void Memory::refuse(u64 first, u64 count, Error error) { answer(first, count, Want::Write, error); }

bool Memory::is_served_in(const AddressSpace& space) {
    PageSource* source = nullptr;
    locked([&source](State& state) { source = state.source; });
    return source != nullptr && source->is_served_in(space);
}

void Memory::close_source() {
    locked([](State& state) { state.source = nullptr; });
    answer(0, ~u64{0}, Want::Write, Error::PeerClosed);
}

void Memory::answer(u64 first, u64 count, Want grant, Result<void> result) {
    HeldWrites answered;
    locked([&](State& state) {
        lock_owner().answers_.fetch_add(1, std::memory_order_release);
        state.pager.answer(first, count, grant, [&answered](memory_object::PagerRequest& request) {
            answered.push_back(static_cast<PageWait&>(request));
        });
    });
    tell(answered, result);
}

void Memory::tell(HeldWrites& answered, Result<void> result) {
    while (PageWait* const wait = answered.pop_front()) {
        wait->answer(result);
    }
}

void Memory::let_writes() {
    HeldWrites answered;
    with([](const address_space::Locked<Environment>& object) { object.memory.let_writes(); });
    locked([&](State& state) {
        lock_owner().answers_.fetch_add(1, std::memory_order_release);
        while (PageWait* const wait = state.held.pop_front()) {
            answered.push_back(*wait);
        }
    });
    tell(answered, {});
}

/// Tells the pager what it was not told yet.
void Memory::ask_pager() {
    for (;;) {
        PageSource* source = nullptr;
        u64 page = 0;
        Want want{};
        locked([&](State& state) {
            if (const auto* const next = state.source != nullptr ? state.pager.take() : nullptr) {
                source = state.source;
                page = next->page();
                want = next->want();
            }
        });
        if (source == nullptr) {
            return;
        }
        source->request(lock_owner(), page, want);
    }
}

Result<bool> Memory::wait_for(PageWait& wait, const Missing& missing) {
    const bool asks = missing.what == Outcome::AskThePager;
    bool is_late = false;
    bool is_closed = false;
    locked([&](State& state) {
        is_late = answers() != missing.answers_seen;
        is_closed = asks && state.source == nullptr;
        if (is_late || is_closed) {
            return;
        }
        wait.begin(lock_owner(), missing.deadline);
        if (asks) {
            state.pager.ask(wait, missing.page, missing.want);
        } else {
            state.held.push_back(wait);
        }
    });
    if (is_late || is_closed) {
        return is_closed ? Result<bool>{Error::PeerClosed} : false;
    }
    ask_pager();
    return true;
}

bool Memory::forget(PageWait& wait) {
    bool was_waiting = false;
    locked([&](State& state) {
        was_waiting = state.pager.cancel(wait);
        if (HeldWrites::is_linked(wait)) {
            state.held.remove(wait);
            was_waiting = true;
        }
    });
    // Another may have to ask in its place.
    ask_pager();
    return was_waiting;
}

} // namespace kernel::object
