/// What a submission brings to whom it is sent.
#pragma once

#include <array>

#include "abi/ring.hpp"
#include "abi/slot_word.hpp"
#include "base/result.hpp"
#include "kernel/process/call.hpp"
#include "libs/ring/request.hpp"
#include "libs/ring/shared_word.hpp"

namespace kernel::process {

class Process;

/// Payload and capabilities. The payload may still be shared with the program that sends it: it is copied once and
/// never looked at. The words of the capabilities are copies.
struct Message {
    Process* sender; ///< null: the kernel, which sends no capabilities
    base::u8 length;
    base::u8 slots;
    const std::array<base::u8, abi::kPayloadBytes>& payload;
    const std::array<base::u64, abi::kEntrySlots>& slot;

    /// Into a call that waits.
    void keep_in(Call& call) const {
        copy_to(call.payload);
        keep_slots_in(call);
    }

    /// With what stands behind the payload.
    void keep_whole_in(Call& call) const {
        copy_all_to(call.payload);
        keep_slots_in(call);
    }

    void keep_slots_in(Call& call) const {
        for (base::usize index = 0; index < slots; ++index) {
            call.slot.at(index) = slot.at(index);
        }
    }

    /// Copies the payload.
    void copy_to(std::array<base::u8, abi::kPayloadBytes>& other) const {
        if (length != 0) {
            copy_all_to(other);
        }
    }

    /// The same, and what stands behind it.
    void copy_all_to(std::array<base::u8, abi::kPayloadBytes>& other) const { ring::copy_payload(other, payload); }
};

/// Fills a completion of kind Request, for a ring where its channel has `tag`, but for payload and slots.
[[gnu::always_inline]] inline void write_request(abi::Completion& completion, const Call& call, base::u64 tag) {
    completion.badge = call.badge;
    completion.method = call.method;
    completion.flags = static_cast<base::u16>(abi::CompletionKind::Request);
    completion.length = call.length;
    completion.slots = call.slots;
    completion.status = call.permissions;
    completion.tag = tag;
    completion.reply = call.is_one_way() ? 0 : call.token.load(std::memory_order_relaxed);
}

/// Reads the words of the first `slots` capabilities of `entry` into `words` and checks that `sender` may send each:
/// BadHandle and so on as of resolve(), InvalidArgument: a word that means nothing, or one capability moved twice. How
/// many lend a range, which check_leases() looks at.
base::Result<base::usize> read_slots(const Process& sender, const abi::Submission& entry, base::usize slots,
                                     std::array<base::u64, abi::kEntrySlots>& words);

/// Gives `receiver` the capabilities of `message`, each in a reserved place of its table that take_place() tells, and
/// says so in `words`; leases it is told of. One that its sender lost since it was checked arrives as a word of zero.
template <class TakePlace>
void transfer(const Message& message, Process& receiver, std::array<base::u64, abi::kEntrySlots>& words,
              TakePlace take_place);

/// What the receiver sees of a lease: it holds nothing.
constexpr base::u64 word_of_lease(base::u64 word) {
    return abi::SlotWord(abi::Handle{}, abi::SlotWord{word}.permissions(), abi::SlotMode::Lend, abi::ObjectKind::Memory)
        .word();
}

/// One of them, into `place`; returns its word.
base::u64 transfer_one(Process& sender, base::u64 word, Process& receiver, base::u32 place);

template <class TakePlace>
void transfer(const Message& message, Process& receiver, std::array<base::u64, abi::kEntrySlots>& words,
              TakePlace take_place) {
    for (base::usize index = 0; index < message.slots; ++index) {
        const base::u64 word = message.slot.at(index);
        if (abi::SlotWord{word}.mode() == abi::SlotMode::Lend) {
            words.at(index) = word_of_lease(word);
        } else {
            words.at(index) = word == 0 ? 0 : transfer_one(*message.sender, word, receiver, take_place());
        }
    }
}

} // namespace kernel::process
