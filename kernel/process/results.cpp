#include "kernel/process/results.hpp"

#include <cstring>
#include <utility>

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
    queues.finish_quietly(std::exchange(quiet_, 0));
    const u32 without_answer = std::exchange(count_, 0) - (has_answer_ ? 1 : 0);
    queues.finish_some(without_answer, [this](u32 index, abi::Completion& completion) {
        write_result(completion, heads_[index].tag, heads_[index].status);
    });
    if (has_answer_) {
        has_answer_ = false;
        abi::Completion& completion = queues.finish();
        write_result(completion, heads_.at(without_answer).tag, heads_.at(without_answer).status);
        answer_.write(completion);
        answer_.clear();
    }
}

} // namespace kernel::process
