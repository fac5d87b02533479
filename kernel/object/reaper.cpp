#include "kernel/object/reaper.hpp"

#include "kernel/processor/processor.hpp"

namespace kernel::object {

using processor::Effort;
using processor::LongWork;
using processor::LongWorkList;

void Reaper::take(LongWork& dying) {
    Effort& effort = processor::this_processor().effort;
    effort.spend(kOfEach);
    if (effort.is_spent() || !dying.run_slice()) {
        count_.fetch_add(1, std::memory_order_relaxed);
        waiting_.with([&dying](LongWorkList& list) { list.push_back(dying); });
    }
}

bool Reaper::run_slice() {
    if (!has_work()) {
        return false;
    }
    LongWork* next = nullptr;
    waiting_.with([&next](LongWorkList& list) { next = list.pop_front(); });
    if (next == nullptr) {
        return false;
    }
    const Effort::Slice slice(processor::this_processor().effort);
    if (next->run_slice()) {
        count_.fetch_sub(1, std::memory_order_release);
    } else {
        waiting_.with([next](LongWorkList& list) { list.push_back(*next); });
    }
    return true;
}

} // namespace kernel::object
