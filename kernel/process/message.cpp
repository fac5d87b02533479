#include "kernel/process/message.hpp"

#include "kernel/process/invocation.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using abi::SlotMode;
using abi::SlotWord;
using base::Error;
using base::Result;
using base::u64;
using base::usize;

namespace {

Result<void> check_slot(const Process& sender, SlotWord word) {
    if (word.word() == 0 || word.mode() == SlotMode::Lend) {
        return {};
    }
    TRY(resolve_sent(sender, word));
    return {};
}

bool is_moved_before(const std::array<u64, abi::kEntrySlots>& words, usize count) {
    const SlotWord last{words.at(count)};
    for (usize index = 0; index < count; ++index) {
        const SlotWord word{words.at(index)};
        const bool is_move = word.mode() == SlotMode::Move || last.mode() == SlotMode::Move;
        if (is_move && word.handle() == last.handle()) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<usize> read_slots(const Process& sender, const abi::Submission& entry, usize slots,
                         std::array<u64, abi::kEntrySlots>& words) {
    usize leases = 0;
    for (usize index = 0; index < slots; ++index) {
        words.at(index) = ring::load_once(entry.slot.at(index));
        TRY(check_slot(sender, SlotWord{words.at(index)}));
        leases += SlotWord{words.at(index)}.mode() == SlotMode::Lend ? 1 : 0;
        if (is_moved_before(words, index)) {
            return Error::InvalidArgument;
        }
    }
    return leases;
}

u64 transfer_one(Process& sender, u64 word, Process& receiver, base::u32 place) {
    const SlotWord given{word};
    const auto sent = resolve_sent(sender, given);
    if (!sent) {
        receiver.capabilities().give_back(place);
        return 0;
    }
    // Before it is moved: its slot may be another's at once.
    const abi::ObjectKind kind = sent->slot.target().kind();
    const auto received = sent->is_moved ? receiver.capabilities().take_over(place, sent->slot)
                                         : receiver.capabilities().adopt(place, sent->slot, sent->permissions);
    if (received == abi::Handle{}) {
        return 0;
    }
    if (sent->is_moved) {
        // Another thread may have given up what is dead by now.
        static_cast<void>(sender.capabilities().drop(given.handle()).has_value());
    }
    return SlotWord(received, sent->permissions, given.mode(), kind).word();
}

} // namespace kernel::process
