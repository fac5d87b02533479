#include "kernel/thread/work_request.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

using base::u32;

namespace {

u32 arrivals_at(u32 cpu) {
    return core::kernel().processors.at(cpu).threads.told().arrivals.load(std::memory_order_relaxed);
}

} // namespace

std::optional<u32> WorkRequest::refused_by() const {
    return was_refused_ && arrivals_at(victim_) == arrivals_ ? std::optional{victim_} : std::nullopt;
}

void WorkRequest::send(u32 victim) {
    victim_ = victim;
    arrivals_ = arrivals_at(victim);
    is_out_.store(true, std::memory_order_relaxed);
    if (!core::kernel().processors.at(victim).post(*this)) {
        is_out_.store(false, std::memory_order_relaxed);
    }
}

void WorkRequest::run(mailbox::Message& message) {
    auto& self = static_cast<WorkRequest&>(message);
    self.was_refused_ = !processor::this_processor().threads.give_work(self.thief_);
    self.is_out_.store(false, std::memory_order_release);
}

} // namespace kernel::thread
