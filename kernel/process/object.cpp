#include "kernel/process/object.hpp"

#include "kernel/core/kernel.hpp"

namespace kernel::process {

Object::Object(abi::ObjectKind kind, End end, End closed)
    : Target(kind), id_(core::kernel().last_object_id.fetch_add(1) + 1), end_(end), closed_(closed) {}

void Retirement::put_back(Object& object) {
    object.retired_at_ = core::kernel().epochs.now();
    waiting_.with([&](List& list) {
        list.push_back(object);
        is_used_.store(true, std::memory_order_relaxed);
    });
}

bool Retirement::end_waiting() {
    constexpr int kSome = 8;
    auto& epochs = core::kernel().epochs;
    epochs.advance();
    for (int i = 0; i < kSome; ++i) {
        Object* ending = nullptr;
        waiting_.with([&](List& list) {
            if (Object* const oldest = list.front(); oldest != nullptr && epochs.is_over(oldest->retired_at_)) {
                ending = list.pop_front();
                is_used_.store(!list.empty(), std::memory_order_relaxed);
            }
        });
        if (ending == nullptr) {
            return i != 0;
        }
        ending->end_(*ending);
    }
    return true;
}

} // namespace kernel::process
