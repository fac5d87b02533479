#include "kernel/process/results.hpp"

#include <cstring>

namespace kernel::process {

using base::u32;

void Answer::write(abi::Completion& completion) const {
    completion.length = length_;
    completion.slots = slots_;
    std::memcpy(completion.payload.data(), words_.data(), length_);
    // Most have none: apart from those with a loop.
    if (slots_ != 0) [[unlikely]] {
        completion.slot[0] = slot_words_[0];
        if (slots_ > 1) {
            write_further_slots(completion);
        }
    }
}

[[gnu::noinline]] void Answer::write_further_slots(abi::Completion& completion) const {
    for (base::usize index = 1; index < slots_; ++index) {
        completion.slot.at(index) = slot_words_.at(index);
    }
}

// Part of its callers, by the link.
[[gnu::always_inline]] void Results::post(ring::Queues& queues) {
    for (; quiet_ != 0; --quiet_) {
        queues.finish_quietly();
    }
    for (u32 index = 0; index < count_; ++index) {
        abi::Completion& completion = queues.finish();
        write_result(completion, heads_.at(index).tag, heads_.at(index).status);
        if (has_answer_ && index + 1 == count_) {
            answer_.write(completion);
        }
    }
    count_ = 0;
    if (has_answer_) {
        has_answer_ = false;
        answer_.clear();
    }
}

} // namespace kernel::process
