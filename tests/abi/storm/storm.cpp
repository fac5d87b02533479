#include "tests/abi/storm/storm.hpp"

#include "abi/slot_word.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "tests/abi/may_succeed.hpp"

namespace tests::abi::storm {

using ::abi::Handle;
using ::abi::MethodEntry;
using ::abi::ObjectKind;
using ::abi::Permissions;
using ::abi::SlotWord;

u64 Storm::next() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_ * 0x2545'f491'4f6c'dd1d;
}

bool Storm::run(u32 entries) {
    constexpr u32 kBatch = 8;
    // Several seconds: a revoke waits for processors that an emulator with one thread stops in the middle of things.
    constexpr u32 kStandstill = 3'000'000;
    u64 consumed = 0;
    for (u32 idle = 0; consumed < entries;) {
        for (u32 i = 0; i < kBatch && ring_.has_room(); ++i) {
            add_entry();
        }
        const u64 now = sdk::runtime::submit(below(kBatch + 4), 0);
        consumed += now;
        idle = now == 0 ? idle + 1 : 0;
        if (now == 0) {
            // An emulator with one thread goes on to the processor that is waited for.
            __builtin_ia32_pause();
        }
        stands_still_ = idle == kStandstill;
        if (!read_all() || stands_still_) {
            return false;
        }
    }
    return true;
}

void Storm::add_entry() {
    if (calls_begun_ - calls_cancelled_ == kCalls) {
        cancel_oldest();
        return;
    }
    ::abi::Submission& entry = ring_.next();
    fill_head(entry);
    const MethodEntry* const row = ::abi::find_method(entry.method);
    fill_rest(entry, row);
    finish_forward(entry);
    finish_lease(entry);
    note_call(entry);
    ring_.add();
}

void Storm::cancel_oldest() {
    ::abi::Submission& entry = ring_.next();
    entry.capability = own_ring_.word();
    entry.method = ::abi::object_method(ObjectKind::Ring, static_cast<u8>(::abi::RingMethod::Cancel));
    entry.length = sizeof(u64);
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(calls_.at(calls_cancelled_++ % kCalls));
    for (u32 byte = 0; byte < bytes.size(); ++byte) {
        entry.payload.at(byte) = bytes.at(byte);
    }
    entry.tag = std::bit_cast<u64>(
        Asked{.count = ++asked_, .method = entry.method, .kind = ObjectKind::Ring, .held = ::abi::kWrite});
    ring_.add();
}

/// What passes a call on to another channel is mostly right.
void Storm::finish_forward(::abi::Submission& entry) {
    const bool is_forward =
        Handle{entry.capability}.is_reply_token() && entry.method >= ::abi::kFirstProtocolMethod && below(4) != 0;
    const Known& target = targets_[below(static_cast<u32>(targets_.size()))];
    if (is_forward && target.kind == ObjectKind::ChannelClient) {
        entry.accept = entry.zero = 0;
        entry.length = static_cast<u8>(below(::abi::kPayloadBytes));
        entry.slots = 1;
        entry.slot[0] = SlotWord(target.handle, ::abi::kAllPermissions, ::abi::SlotMode::Lend).word();
    }
}

/// Some calls lend a range to be mapped, of a Memory or of what was lent to their sender; what maps it is mostly right.
/// None is pinned: such a call would wait for an answer that nobody gives.
void Storm::finish_lease(::abi::Submission& entry) {
    constexpr u32 kPageBits = 12;
    constexpr u16 kMapLent = ::abi::object_method(ObjectKind::Ring, static_cast<u8>(::abi::RingMethod::MapLent));
    const Known& target = targets_[below(static_cast<u32>(targets_.size()))];
    const auto put = [&entry](u32 word, u64 value) {
        const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(value);
        for (u32 byte = 0; byte < bytes.size(); ++byte) {
            entry.payload.at(word * sizeof(u64) + byte) = bytes.at(byte);
        }
    };
    if (entry.method == kMapLent && token_ != 0) {
        put(0, token_);
        put(1, 0);
        put(2, u64{below(64)} << kPageBits);
    }
    const bool is_call = entry.method >= ::abi::kFirstProtocolMethod && !Handle{entry.capability}.is_reply_token();
    if (!is_call || target.kind != ObjectKind::Memory || below(2) == 0) {
        return;
    }
    const u64 access = ::abi::kLeaseMap | ::abi::kLeaseRead | (below(2) == 0 ? ::abi::kLeaseWrite : 0);
    put(6, u64{below(8)} << kPageBits);
    put(7, access << ::abi::kLeaseAccessShift | u64{1 + below(4)} << kPageBits);
    entry.flags = entry.zero = 0;
    entry.length = sizeof(u64);
    entry.slots = 1;
    const Handle lent = below(4) == 0 && token_ != 0 ? Handle{token_} : target.handle;
    entry.slot[0] = SlotWord(lent, ::abi::kAllPermissions, ::abi::SlotMode::Lend).word();
}

/// A token, whose method is a status, is no call.
void Storm::note_call(const ::abi::Submission& entry) {
    if (entry.method >= ::abi::kFirstProtocolMethod) {
        calls_.at(calls_begun_++ % kCalls) = entry.tag;
    }
}

/// Mostly one whose permissions are known, sometimes the own ring, a wild word or a token.
void Storm::choose_target(::abi::Submission& entry, Asked& asked) {
    const u32 choice = below(16);
    if (choice == 0) {
        entry.capability = any_word();
        asked.kind = ObjectKind::None;
    }
    if (choice == 1 && token_ != 0) {
        entry.capability = token_;
        entry.method = static_cast<u16>(below(3) + (below(2) == 0 ? 0 : ::abi::kFirstProtocolMethod));
        asked.kind = ObjectKind::None;
    }
    if (choice == 2) {
        entry.capability = own_ring_.word();
        entry.method = ::abi::object_method(ObjectKind::Ring, static_cast<u8>(below(5)));
        asked.kind = ObjectKind::Ring;
        asked.held = ::abi::kWrite;
    }
}

/// Mostly a method that the capability's kind has.
void Storm::fill_head(::abi::Submission& entry) {
    constexpr u16 kWaitForProcess =
        ::abi::object_method(ObjectKind::Process, static_cast<u8>(::abi::ProcessMethod::Wait));
    const Known& target = targets_[below(static_cast<u32>(targets_.size()))];
    const MethodEntry& any = ::abi::kMethods.at(below(::abi::kMethods.size()));
    const u32 number = below(8);
    entry.method = number < 5 ? ::abi::object_method(target.kind, static_cast<u8>(number)) : any.method;
    if (below(4) == 0) {
        entry.method = static_cast<u16>(below(8) == 0 ? next() : ::abi::kFirstProtocolMethod + below(4));
    }
    // The own process does not end before this does.
    if (entry.method == kWaitForProcess && !target.permissions.covers(::abi::kDelete)) {
        entry.method = static_cast<u16>(::abi::HandleMethod::Null);
    }
    entry.capability = target.handle.word();
    Asked asked{.count = ++asked_, .method = 0, .kind = target.kind, .held = target.permissions};
    choose_target(entry, asked);
    asked.method = entry.method;
    tag_ = std::bit_cast<u64>(asked);
    entry.tag = tag_;
}

void Storm::fill_rest(::abi::Submission& entry, const MethodEntry* row) {
    entry.flags = static_cast<u16>(below(8) == 0 ? next() : below(4) == 0 ? below(8) : 0);
    entry.accept = static_cast<u8>(below(8) == 0 ? next() : below(3));
    entry.zero = static_cast<u8>(below(64) == 0 ? 1 : 0);
    entry.deadline = below(8) == 0 ? next() >> below(64) : 0;
    const bool is_right = row != nullptr && below(8) != 0;
    const bool is_fixed = is_right && row->argument_bytes != ::abi::kAnyLength;
    entry.length = static_cast<u8>(is_fixed ? row->argument_bytes : below(80));
    entry.slots = static_cast<u8>(is_right ? row->slots : below(8) == 0 ? below(6) : 0);
    for (u32 word = 0; word < ::abi::kPayloadBytes / sizeof(u64); ++word) {
        const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(any_word());
        for (u32 byte = 0; byte < bytes.size(); ++byte) {
            entry.payload.at(word * sizeof(u64) + byte) = bytes.at(byte);
        }
    }
    for (u64& slot : entry.slot) {
        slot = below(8) == 0 ? next()
                             : SlotWord(any_handle(), Permissions{static_cast<u8>(below(64))},
                                        static_cast<::abi::SlotMode>(1 + below(3)))
                                   .word();
    }
}

/// Small numbers, pages, an entry that may still wait, and anything.
u64 Storm::any_word() {
    constexpr u32 kPageBits = 12;
    switch (below(5)) {
    case 0: return below(4);
    case 1: return u64{below(64)} << kPageBits;
    case 2: return tag_;
    case 3: return next() >> below(64);
    default: return any_handle().word();
    }
}

Handle Storm::any_handle() {
    const Handle found = found_.at(below(kFound));
    return below(2) == 0 && found != Handle{} ? found : targets_[below(static_cast<u32>(targets_.size()))].handle;
}

bool Storm::read_all() {
    bool is_good = true;
    while (const ::abi::Completion* const front = ring_.front()) {
        const ::abi::Completion done = *front;
        ring_.pop();
        const u16 kind = done.flags & ::abi::kCompletionKindMask;
        if (kind == static_cast<u16>(::abi::CompletionKind::Result) && done.status == 0) {
            ++successes_;
            const auto asked = std::bit_cast<Asked>(done.tag);
            is_good = may_succeed(asked.method, asked.kind, asked.held) && is_good;
        }
        token_ = done.reply != 0 ? done.reply : token_;
        for (u32 index = 0; index < done.slots && index < done.slot.size(); ++index) {
            keep(SlotWord{done.slot.at(index)}.handle());
        }
    }
    return is_good;
}

void Storm::keep(Handle handle) {
    if (handle == Handle{}) {
        return;
    }
    Handle& place = found_.at(found_at_++ % kFound);
    drop(place);
    place = handle;
}

void Storm::drop(Handle handle) {
    if (handle == Handle{} || !ring_.has_room()) {
        return;
    }
    ::abi::Submission& entry = ring_.next();
    entry.capability = handle.word();
    entry.method = static_cast<u16>(::abi::HandleMethod::Drop);
    entry.tag =
        std::bit_cast<u64>(Asked{.count = ++asked_, .method = entry.method, .kind = ObjectKind::None, .held = {}});
    ring_.add();
}

} // namespace tests::abi::storm
