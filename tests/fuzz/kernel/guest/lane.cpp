#include "tests/fuzz/kernel/guest/lane.hpp"

#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace tests::fuzz {

namespace {

/// A word that threads wait for.
constinit u32 word_to_wait_for = 0;

constexpr unsigned kLaneShift = 8;
constexpr unsigned kSerialShift = 16;
/// In a tag: behind the entries' own numbers, those of what takes them back.
constexpr u32 kFirstCancel = 64;

constexpr u64 kMillisecond = 1'000'000;

/// An emulator with one thread goes on with another processor.
void yield() { __builtin_ia32_pause(); }

void pause(u8 flow) {
    constexpr std::array<u32, 4> kPauses{0, 1, 8, 64};
    for (u32 i = 0; i < kPauses.at(flow >> kPausesShift & 3U); ++i) {
        yield();
    }
}

} // namespace

u64 Lane::tag_of(u32 index) const { return u64{serial_} << kSerialShift | number_ << kLaneShift | index; }

void Lane::run(Input input, u32 serial, u64 now) {
    serial_ = serial;
    finding_.reset();
    is_open_.fill(false);
    awaited_ = 0;
    surroundings_.now = now;
    surroundings_.token = surroundings_.answer = 0;
    surroundings_.address = std::bit_cast<u64>(&word_to_wait_for);
    last_ = 0;
    const auto each_of_ours = [&](auto act) {
        for (u32 index = 0; index < record_count(input); ++index) {
            if (const Record record = record_at(input, index); (record.flow & kSecondLane) == number_) {
                act(record, index);
            }
        }
    };
    each_of_ours([this](const Record&, u32 index) { last_ = index; });
    each_of_ours([this](const Record& record, u32 index) { add(record, index); });
    cancel_all();
    constexpr u32 kALittle = 2;
    wait(kALittle);
}

void Lane::end() {
    constexpr u32 kLong = 20'000;
    wait(kLong);
    if (awaited_ != 0) {
        const auto open = std::ranges::find(is_open_, true);
        report("was never answered", static_cast<u32>(open - is_open_.begin()));
    }
}

void Lane::add(const Record& record, u32 index) {
    ::abi::Submission& entry = ring_.next();
    entry.tag = surroundings_.tag = tag_of(index);
    asked_.at(index) = fill(entry, record, surroundings_);
    // What is chained is consumed together with what follows, which must come.
    constexpr u16 kChain = static_cast<u16>(::abi::SubmissionFlag::Chained);
    entry.flags &= index == last_ ? static_cast<u16>(~kChain) : u16{0xffff};
    const bool goes_with_next = index != last_ && ((record.flow & kWithNext) != 0 || (entry.flags & kChain) != 0);
    is_open_.at(index) = true;
    awaited_ += asked_.at(index).is_quiet ? 0 : 1;
    ++entries_;
    pause(record.flow);
    ring_.add();
    if (goes_with_next) {
        return;
    }
    submit_all();
    if ((record.flow & kWaitsAfter) != 0) {
        constexpr u64 kShort = 200'000;
        sdk::runtime::submit(0, 1, surroundings_.now + kShort * (index + 1));
        take_all();
    }
}

void Lane::cancel(u32 index) {
    ::abi::Submission& entry = ring_.next();
    entry.capability = own_ring_.word();
    entry.method = ::abi::object_method(::abi::ObjectKind::Ring, static_cast<u8>(::abi::RingMethod::Cancel));
    entry.length = sizeof(u64);
    entry.tag = tag_of(kFirstCancel + index);
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(tag_of(index));
    std::ranges::copy(bytes, entry.payload.begin());
    ++awaited_;
    ring_.add();
}

void Lane::cancel_all() {
    for (u32 index = 0; index < kMostRecords; ++index) {
        if (is_open_.at(index)) {
            cancel(index);
        }
    }
    submit_all();
}

void Lane::submit_all() {
    constexpr u32 kMostTries = 1'000'000;
    u32 tries = 0;
    while (ring_.added() != 0 && tries < kMostTries) {
        const u64 consumed = sdk::runtime::submit(ring_.added(), 0);
        tries = consumed == 0 ? tries + 1 : 0;
        take_all();
        if (consumed == 0) {
            yield();
        }
    }
    if (tries == kMostTries) {
        report("was never consumed", 0);
    }
}

void Lane::wait(u32 milliseconds) {
    take_all();
    for (u32 passed = 1; awaited_ != 0 && passed < milliseconds; ++passed) {
        sdk::runtime::submit(0, 1, surroundings_.now + passed * kMillisecond);
        take_all();
        yield();
    }
}

void Lane::take_all() {
    while (const ::abi::Completion* const front = ring_.front()) {
        const ::abi::Completion done = *front;
        ring_.pop();
        take(done);
    }
}

void Lane::take(const ::abi::Completion& done) {
    if ((done.flags & ::abi::kCompletionKindMask) == static_cast<u16>(::abi::CompletionKind::Result)) {
        take_result(done);
        return;
    }
    surroundings_.token = done.reply != 0 ? done.reply : surroundings_.token;
    keep(done, Holding::kNoParent);
}

void Lane::take_result(const ::abi::Completion& done) {
    const auto index = static_cast<u32>(done.tag - tag_of(0));
    const bool is_ours = done.tag >= tag_of(0) && done.tag - tag_of(0) < 2 * kFirstCancel;
    if (!is_ours || (index < kFirstCancel && !is_open_.at(index))) {
        keep(done, Holding::kNoParent);
        return;
    }
    if (index >= kFirstCancel) {
        --awaited_;
        return;
    }
    is_open_.at(index) = false;
    const Asked& asked = asked_.at(index);
    awaited_ -= asked.is_quiet ? 0 : 1;
    if (done.status == 0) {
        note_success(asked, done, index);
    }
}

void Lane::note_success(const Asked& asked, const ::abi::Completion& done, u32 index) {
    ++successes_;
    if (!asked.may_succeed) {
        report("succeeded and must not", index);
    }
    surroundings_.answer = done.length >= sizeof(u64)
                               ? std::bit_cast<std::array<u64, ::abi::kPayloadBytes / sizeof(u64)>>(done.payload)[0]
                               : surroundings_.answer;
    Shadow& shadow = surroundings_.shadow;
    const bool is_known = asked.target != Asked::kNoPlace;
    const bool is_derived = asked.method == static_cast<u16>(::abi::HandleMethod::Derive) && is_known;
    if (is_derived && !asked.derived.covers(::abi::SlotWord{done.slot[0]}.permissions())) {
        report("gave more than there was", index);
    }
    if (asked.method == static_cast<u16>(::abi::HandleMethod::Drop) && is_known) {
        shadow.end(asked.target);
    }
    if (asked.method == static_cast<u16>(::abi::HandleMethod::Revoke) && is_known) {
        shadow.revoke(asked.target, asked.moment);
    }
    if (asked.moved != Asked::kNoPlace) {
        shadow.end(asked.moved);
    }
    keep(done, is_derived ? asked.target : Holding::kNoParent);
}

void Lane::keep(const ::abi::Completion& done, u32 parent) {
    for (u32 slot = 0; slot < done.slots && slot < done.slot.size(); ++slot) {
        const ::abi::SlotWord word{done.slot.at(slot)};
        if (word.handle() != ::abi::Handle{} &&
            !surroundings_.shadow.add(
                {.handle = word.handle(), .kind = word.kind(), .permissions = word.permissions(), .parent = parent})) {
            report("is one capability too many for the table", 0);
        }
    }
}

void Lane::report(const char* what, u32 index) {
    if (!finding_) {
        finding_ = {.what = what, .record = index, .asked = asked_.at(index % kMostRecords)};
    }
}

} // namespace tests::fuzz
