// Waits for a word of a program's memory: of an AddressSpace, which says where it is.
#include <algorithm>
#include <functional>
#include <optional>

#include "abi/arguments.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/page_operation.hpp"
#include "libs/ring/shared_word.hpp"

namespace kernel::process {

using address_wait::Counts;
using address_wait::Waiter;
using address_wait::Word;
using base::Error;
using base::Result;
using base::u32;
using base::u64;
using base::VirtualAddress;
using memory_object::Outcome;
using Place = object::AddressSpace::Place;

namespace {

/// Whether a program could have a word of four bytes at `address`.
bool is_word_address(u64 address) {
    const VirtualAddress start{address};
    return address % sizeof(u32) == 0 && start >= address_space::kUserHalf.start &&
           start < address_space::kUserHalf.end;
}

/// Unsupported: what is there is no memory; else as AddressSpace::find().
Result<Place> find_word(const Invocation& call, u64 address) {
    auto place = TRY((*static_cast<AddressSpaceObject&>(call.object())).find(VirtualAddress{address}));
    return place.memory->is_of_device() ? Result<Place>{Error::Unsupported} : Result<Place>{std::move(place)};
}

Word word_of(const Place& place) { return {.object = place.memory->id(), .offset = place.offset.value()}; }

/// A page that a pager must bring comes first; then the program tries again. Its memory's answers() were
/// `answers_seen` before it was missed.
Result<Progress> wait_for_page(const Invocation& call, const Place& place, Outcome outcome, u64 answers_seen) {
    Operation& operation = *TRY(make_operation(call));
    operation.expect_no_wait();
    PageOperation::wait(operation, call.process.budget(),
                        {.memory = *place.memory,
                         .page = base::Pages::within(place.offset).value(),
                         .outcome = outcome,
                         .want = memory_object::Want::Read,
                         .answers_seen = answers_seen},
                        PageOperation::Then::IsBusy);
    return Progress::Later;
}

/// The ring of the thread that `handle` names, to which who waits lends its rank; null: none is named, or that does not
/// run. InvalidArgument: it waits for itself; else as resolve().
Result<base::RefPtr<Ring>> find_owner(const Invocation& call, u64 handle) {
    if (handle == 0) {
        return base::RefPtr<Ring>();
    }
    const auto* const slot = TRY(resolve(call.process, abi::Handle{handle}, abi::ObjectKind::Thread, {}));
    auto ring = static_cast<ProgramThread&>(slot->target()).ring();
    return ring.get() == &call.ring ? Result<base::RefPtr<Ring>>{Error::InvalidArgument}
                                    : Result<base::RefPtr<Ring>>{std::move(ring)};
}

/// Has what waits lend to who has the ring of `rank`; null: to nobody.
auto move_ranks(RingRank* rank) {
    return [rank](Waiter& waiter) { static_cast<Operation&>(waiter).move_rank(rank); };
}

/// Those that are woken, until no lock is held.
class Woken {
  public:
    void operator()(Waiter& waiter) { operations_.push_back(static_cast<Operation&>(waiter)); }

    /// Of the last one.
    [[nodiscard]] RingRank* rank() { return operations_.empty() ? nullptr : &operations_.back()->rank(); }

    void complete_all() {
        while (Operation* const operation = operations_.pop_front()) {
            operation->complete(Answer{});
        }
    }

  private:
    OperationList operations_;
};

static_assert(AddressWaits::kMostLeft == abi::kMostWoken, "what is said of those who wait on");

/// What one entry may do of what is wanted.
u32 share_of(u32 wanted) { return std::min(wanted, abi::kMostWoken); }

/// Wakes and moves as `wanted` says. `done` is empty if another value is there than what is expected, or if the outcome
/// is not Ready: the page is not there.
Result<Outcome> requeue(const Place& place, Word target, const abi::RequeueAddressArguments& wanted, Ring* owner,
                        std::optional<Counts>& done) {
    Woken woken;
    const Counts most{.woken = share_of(wanted.wake), .moved = share_of(wanted.move)};
    const auto outcome = place.memory->with_byte(place.offset, [&](const std::byte& first) {
        done = process_objects().address_waits.requeue(
            word_of(place), target, most, [&] { return ring::load_four(first) == wanted.expected; }, std::ref(woken),
            move_ranks(owner == nullptr ? nullptr : &owner->rank()));
    });
    woken.complete_all();
    return outcome;
}

} // namespace

Result<Progress> wait_address(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::WaitAddressArguments>();
    if (!is_word_address(wanted.address) || wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    const Place place = TRY(find_word(call, wanted.address));
    const auto owner = TRY(find_owner(call, wanted.owner));
    const u64 answers_seen = place.memory->answers();
    Outcome outcome = Outcome::Ready;
    const auto begun = begin_wait(call, [&](Operation& operation) -> Result<bool> {
        bool waits = false;
        if (owner) {
            TRY(operation.lend_rank(call.process.budget(), *owner));
        }
        // The memory's lock keeps the frame where it is; the bucket's lock holds up who wakes.
        outcome = TRY(place.memory->with_byte(place.offset, [&](const std::byte& first) {
            waits = process_objects().address_waits.wait(operation, word_of(place),
                                                         [&] { return ring::load_four(first) == wanted.expected; });
        }));
        return waits || outcome != Outcome::Ready ? Result<bool>{waits} : Result<bool>{Error::BadState};
    });
    return outcome == Outcome::Ready ? begun : wait_for_page(call, place, outcome, answers_seen);
}

Result<Progress> wake_address(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::WakeAddressArguments>();
    if (!is_word_address(wanted.address) || wanted.count == 0 || (wanted.flags & ~abi::kWokenOwns) != 0) {
        return Error::InvalidArgument;
    }
    const Place place = TRY(find_word(call, wanted.address));
    const bool woken_owns = (wanted.flags & abi::kWokenOwns) != 0;
    Woken woken;
    const u32 count = process_objects().address_waits.wake(
        word_of(place), share_of(wanted.count), std::ref(woken),
        [&](Waiter& left) { move_ranks(woken_owns ? woken.rank() : nullptr)(left); });
    woken.complete_all();
    answer.give(std::array{u64{count}});
    return Progress::Done;
}

Result<Progress> requeue_address(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::RequeueAddressArguments>();
    if (!is_word_address(wanted.address) || !is_word_address(wanted.target) || (wanted.wake | wanted.move) == 0 ||
        wanted.zero != 0) {
        return Error::InvalidArgument;
    }
    const Place place = TRY(find_word(call, wanted.address));
    const Place target = TRY(find_word(call, wanted.target));
    if (word_of(place) == word_of(target)) {
        return Error::InvalidArgument;
    }
    const auto owner = TRY(find_owner(call, wanted.owner));
    const u64 answers_seen = place.memory->answers();
    std::optional<Counts> done;
    const Outcome outcome = TRY(requeue(place, word_of(target), wanted, owner.get(), done));
    if (outcome != Outcome::Ready) {
        return wait_for_page(call, place, outcome, answers_seen);
    }
    if (!done) {
        return Error::BadState;
    }
    answer.give(abi::RequeueReport{.woken = done->woken, .moved = done->moved});
    return Progress::Done;
}

} // namespace kernel::process
