/// `Memory`: pages that are mapped, lent and copied.
///
///     const auto memory = TRY(Memory::create_anonymous(budget, 16_MiB));
///     TRY(memory->write(offset, bytes));
///     const auto copy = TRY(memory->clone(budget));
#pragma once

#include <span>

#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/object/environment.hpp"
#include "kernel/object/page_source.hpp"
#include "kernel/object/page_wait.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::object {

class Sweep;

/// What a sweep does to the pages where they are mapped.
enum class SweepAction : base::u8 {
    Unmap,
    WithholdWrites, ///< the next write to each is a fault
};

/// What stands behind a memory capability. Its own lock is over its content, the list of its regions and its waits; a
/// view has that of the object it was cloned from.
class Memory final : public base::RefCounted<Memory>, public processor::LongWork {
  public:
    using Content = memory_object::MemoryObject<Environment>;
    using Mappings = address_space::Mappings<Environment>;

    /// Zero until written. Errors of all create functions: InvalidArgument: no such size; NoMemory, OverBudget.
    static base::Result<base::RefPtr<Memory>>
    create_anonymous(budget::Budget& budget, base::Bytes size,
                     memory_object::Sizing sizing = memory_object::Sizing::Resizable);

    /// Of pages that `source` supplies; it must answer, or outlive, every wait.
    static base::Result<base::RefPtr<Memory>> create_pager_backed(budget::Budget& budget, base::Bytes size,
                                                                  memory_object::FirstWrite first_write,
                                                                  PageSource& source);

    /// 2^order frames in a row, of zeros or not.
    static base::Result<base::RefPtr<Memory>>
    allocate_pages(budget::Budget& budget, base::u8 order, memory_object::Contents contents, frame::Policy policy = {});

    /// The registers or the memory of a device, which are nobody's frames. AccessDenied: it is the machine's memory.
    static base::Result<base::RefPtr<Memory>> map_device_memory(budget::Budget& budget, base::PhysicalAddress address,
                                                                base::Bytes size);

    /// A frame of the kernel's own, for programs to see; it outlives every mapping.
    static base::Result<base::RefPtr<Memory>> show_frame(budget::Budget& budget, base::PhysicalAddress frame);

    /// For two who do not trust each other: all there from the start, and nothing of it can be taken away.
    static base::Result<base::RefPtr<Memory>> create_shared_mapping(budget::Budget& budget, base::Bytes size);

    /// For the create functions.
    Memory(budget::Budget& budget, base::u64 id, Content&& content, base::RefPtr<Memory> origin)
        : LongWork([](LongWork& dying) { return static_cast<Memory&>(dying).give_back_slice(); }), id_(id),
          budget_(budget), content_(std::move(content)), origin_(std::move(origin)) {}

    static void destroy(Memory& memory);

    /// Never that of another one, also not later.
    [[nodiscard]] base::u64 id() const { return id_; }

    /// Whether a pager has to bring what is missing.
    [[nodiscard]] bool is_paged() const {
        return content_.kind() == memory_object::Kind::PagerBacked || origin_ != nullptr;
    }

    /// Whether what is behind it is a device, or shown by the kernel, and no frame of its own.
    [[nodiscard]] bool is_of_device() const { return content_.kind() == memory_object::Kind::Device; }

    [[nodiscard]] budget::Budget& budget() const { return budget_; }

    /// From which nodes its frames come; Local leaves it to the address space in whose fault they are needed.
    [[nodiscard]] frame::Policy policy() const { return policy_.load(std::memory_order_relaxed); }

    /// Of frames from now on. InvalidArgument: this machine has none of the nodes.
    base::Result<void> set_policy(frame::Policy policy);

    /// Of the next frame, for policies that go round. Under the lock.
    base::u64 next_position() { return position_++; }

    /// address_space::MappableObject.
    template <class F>
    auto with(F&& body) {
        return lock_owner().state_.with([&](State&) {
            return body(
                address_space::Locked<Environment>{content_, mappings_, origin_ ? &origin_->mappings_ : nullptr});
        });
    }

    /// A copy of the whole object as it is when `done` is called, written apart from then on. Constant time for any
    /// size; whoever writes to what is being copied waits meanwhile. Unsupported, Busy: see MemoryObject::clone().
    base::Result<base::RefPtr<Memory>> clone(budget::Budget& budget, Sweep& sweep);

    // At most a slice each: `next` of the answer says how far it came. After a success `sweep` is told when nobody sees
    // what was there before; after an error it is not. See memory_object::MemoryObject.

    /// If the page is there, calls body(byte) with the byte at `offset` under the lock, which all who map it see as
    /// well; else tells what it waits for. OutOfRange, BadState, DeviceError.
    template <class F>
    base::Result<memory_object::Outcome> with_byte(base::Bytes offset, F&& body) {
        Environment e(*this);
        return with([&](const address_space::Locked<Environment>& object) -> base::Result<memory_object::Outcome> {
            const base::u64 page = base::Pages::within(offset).value();
            const auto found = TRY(object.memory.resolve(e, page, memory_object::Want::Read));
            if (found.outcome == memory_object::Outcome::Ready) {
                body(e.bytes(found.frame)[offset.value() % base::kPageSize]);
            }
            return found.outcome;
        });
    }

    base::Result<memory_object::Progress> read(base::Bytes offset, std::span<std::byte> to);
    base::Result<memory_object::Progress> write(base::Bytes offset, std::span<const std::byte> from, Sweep& sweep);
    base::Result<memory_object::Progress> commit(base::u64 first, base::u64 count, Sweep& sweep);
    base::Result<memory_object::Progress> zero(base::u64 first, base::u64 count, Sweep& sweep);
    base::Result<memory_object::Progress> discard(base::u64 first, base::u64 count, Sweep& sweep);
    /// Whether it is done; if not, call again with the same size.
    base::Result<bool> resize(base::Bytes size, Sweep& sweep);
    base::Result<memory_object::Progress> pin(base::u64 first, base::u64 count, memory_object::Want want, Sweep& sweep);

    base::Result<void> unpin(base::u64 first, base::u64 count);

    /// The frames behind pages from `first` on, which are pinned.
    base::Result<void> tell_frames(base::u64 first, std::span<base::PhysicalAddress> frames);

    /// Shows pages that another object keeps pinned, until return_borrowed(). See MemoryObject::borrow(); `sweep` is
    /// told when nobody sees here what was there before.
    base::Result<void> borrow(base::u64 first, std::span<const base::PhysicalAddress> frames, memory_object::Want grant,
                              Sweep& sweep);

    /// Does not any more; `sweep` is told when nobody sees them here.
    void return_borrowed(base::u64 first, base::u64 count, Sweep& sweep);

    /// How far copy_from() came.
    struct Copied {
        base::u64 bytes = 0;
        memory_object::Outcome outcome = memory_object::Outcome::Ready; ///< not Ready: what the next byte waits for
        Memory* missing_in = nullptr; ///< then: which of both lacks `page`, and lacked it when its answers() were
        base::u64 page = 0;
        memory_object::Want want = memory_object::Want::Read;
        base::u64 answers_seen = 0;
    };

    /// Copies `bytes` from `from` of `source`, which may be this one, to `to`. Through a small buffer: at no time is
    /// more than one object locked.
    base::Result<Copied> copy_from(base::Bytes to, Memory& source, base::Bytes from, base::u64 bytes, Sweep& sweep);

    [[nodiscard]] base::u64 pages();

    /// Takes `page`, which is in another frame than before, away from who shows it; it comes again with a fault.
    void hide(base::u64 page, Sweep& sweep);

    // Of a pager.

    /// Pages from `first` on are there now, from `frames`, and whoever waits for them goes on.
    base::Result<void> supply(base::u64 first, std::span<const base::PhysicalAddress> frames,
                              memory_object::Supply supply, memory_object::Want grant);
    base::Result<void> grant_writing(base::u64 first, base::u64 count);

    /// Takes frames.size() pages from `first` on out of this object, to be supplied to another as Given. See
    /// MemoryObject::give(); `sweep` is told when nobody sees them here any more.
    base::Result<void> give(base::u64 first, std::span<base::PhysicalAddress> frames, Sweep& sweep);

    /// Undoes give() where the supply failed.
    void take_back(base::u64 first, std::span<const base::PhysicalAddress> frames);

    /// Whoever waits for one of these pages gets `error`.
    void refuse(base::u64 first, base::u64 count, base::Error error);

    /// Whether its pages come from somebody in `space`.
    [[nodiscard]] bool is_served_in(const AddressSpace& space);

    /// The pager is gone: everybody who waits, now or later, gets PeerClosed.
    void close_source();

    /// Gives up those of `count` pages from `first` on that are clean, cold and can be supplied again. How many.
    base::u64 drop_cold(base::u64 first, base::u64 count, Sweep& sweep);

    /// Takes back what was supplied; on_page(page, word) hears of each, dirty or not, and takes no lock.
    template <class F>
    base::Result<memory_object::Progress> withdraw(base::u64 first, base::u64 count, Sweep& sweep, F&& on_page) {
        Environment e(*this);
        const auto progress = TRY(on_content(e, [&](Content& content, memory_object::Work& work) {
            return content.withdraw(e, first, count, work, on_page);
        }));
        settle(progress, first, SweepAction::Unmap, e, sweep);
        return progress;
    }

    /// Dirty pages are clean from now on, and writing them asks again; on_page(page, word) hears of each as it was, and
    /// takes no lock. What was written until `sweep` is told may be dirty again.
    template <class F>
    base::Result<memory_object::Progress> clean(base::u64 first, base::u64 count, Sweep& sweep, F&& on_page) {
        Environment e(*this);
        const auto progress = TRY(on_content(e, [&](Content& content, memory_object::Work& work) {
            return content.clean(first, count, work, on_page);
        }));
        settle(progress, first, SweepAction::Unmap, e, sweep);
        return progress;
    }

    // Of those who wait.

    /// What a fault found missing.
    struct Missing {
        base::u64 page;
        memory_object::Outcome what;
        memory_object::Want want;
        base::Nanoseconds deadline;
        base::u64 answers_seen; ///< answers() before it was found missing
    };

    /// `wait` waits for it, and the pager is asked if nobody did. False: somebody was answered meanwhile, look again.
    /// PeerClosed: there is no pager any more.
    base::Result<bool> wait_for(PageWait& wait, const Missing& missing);

    /// How often waits were answered.
    [[nodiscard]] base::u64 answers() { return lock_owner().answers_.load(std::memory_order_acquire); }

    /// Takes `wait` out of the list; false if it was answered already.
    bool forget(PageWait& wait);

  private:
    friend class Sweep;

    struct Copy;

    /// Under the lock.
    struct State {
        memory_object::PagerQueue pager;
        HeldWrites held;
        PageSource* source = nullptr;
    };

    /// What a slice may do: below 20,000 instructions with all that each page costs.
    static constexpr base::u64 kSlice = 256;

    /// Runs body(content, work) under the lock until the budget suffices.
    template <class Body>
    auto on_content(Environment& e, Body body) {
        using Answer = decltype(body(std::declval<Content&>(), std::declval<memory_object::Work&>()));
        return e.retried([&]() -> Answer {
            memory_object::Work work(kSlice);
            Answer answer = base::Error::NoMemory;
            with([&](const address_space::Locked<Environment>& object) { answer = body(object.memory, work); });
            return answer;
        });
    }

    /// Has what changed of the pages from `first` to progress.next taken away from who shows it.
    /// Copies what one buffer holds of `left` bytes more. A failure of the first byte is in `failure`. False: no more
    /// now.
    bool copy_part(Copy& copy, base::u64 left, base::Result<void>& failure);

    void settle(const memory_object::Progress& progress, base::u64 first, SweepAction action, Environment& e,
                Sweep& sweep);

    static base::Result<base::RefPtr<Memory>> make(budget::Budget& budget, Content&& content,
                                                   base::RefPtr<Memory> origin = nullptr);

    Memory& lock_owner() { return origin_ ? *origin_ : *this; }

    template <class F>
    auto locked(F&& body) {
        return lock_owner().state_.with([&](State& state) { return body(state); });
    }

    /// Answers those who wait for the pager to give [first, first + count) for `grant`.
    void answer(base::u64 first, base::u64 count, memory_object::Want grant, base::Result<void> result);
    static void tell(HeldWrites& answered, base::Result<void> result);
    void let_writes();
    void ask_pager();

    /// LongWork: gives back what it holds, a slice a call. True: it is gone.
    bool give_back_slice();

    base::u64 id_;
    budget::Budget& budget_;
    std::atomic<frame::Policy> policy_{};
    base::u64 position_ = 0;
    Content content_;
    Mappings mappings_;
    base::RefPtr<Memory> origin_; ///< of a view
    std::atomic<base::u64> answers_{0};
    base::Guarded<State, core::KernelLock, core::kMemoryObjectLock> state_;
};

} // namespace kernel::object
