#include "kernel/thread/balance_request.hpp"

#include <algorithm>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

using base::u32;
using base::u64;

namespace {

u32 arrivals_at(u32 cpu) {
    return core::kernel().processors.at(cpu).threads.told().arrivals.load(std::memory_order_relaxed);
}

} // namespace

BalanceRequest::Question BalanceRequest::question_to(const Placement::Lightest& lighter) const {
    return {.lighter = lighter.cpu,
            .difference = lighter.difference,
            .arrivals = arrivals_at(heavier_) + arrivals_at(lighter.cpu)};
}

bool BalanceRequest::is_refused_by(const Placement::Lightest& lighter) const {
    return refusals_ == kMostRefusals && question_ == question_to(lighter);
}

void BalanceRequest::send(const Placement::Lightest& lighter, std::span<const u64> weights) {
    const Question question = question_to(lighter);
    refusals_ = question == question_ ? refusals_ : 0;
    question_ = question;
    std::ranges::copy(weights, weights_.begin());
    count_ = weights.size();
    wanted_.reset();
    is_out_.store(true, std::memory_order_relaxed);
    if (!core::kernel().processors.at(lighter.cpu).post(*this)) {
        end();
    }
}

/// On the lighter one, then on the heavier one.
void BalanceRequest::run(mailbox::Message& message) {
    auto& self = static_cast<BalanceRequest&>(message);
    if (self.wanted_) {
        processor::this_processor().threads.give(self.question_.lighter, *self.wanted_);
        self.end();
    } else {
        self.ask();
    }
}

void BalanceRequest::ask() {
    wanted_ = processor::this_processor().threads.give_back(heavier_, std::span(weights_).first(count_));
    if (!wanted_) {
        ++refusals_;
        end();
        return;
    }
    refusals_ = 0;
    if (!core::kernel().processors.at(heavier_).post(*this)) {
        end();
    }
}

} // namespace kernel::thread
