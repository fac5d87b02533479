#include "kernel/process/object.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/process/budget_object.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

Object::Object(abi::ObjectKind kind, End end, End closed)
    : Target(kind), id_(core::kernel().last_object_id.fetch_add(1) + 1), end_(end), closed_(closed) {}

Object::~Object() {
    if (payer_ != nullptr) {
        payer_->remove(*this);
    }
}

void Use::begin_end(base::Error why) {
    process_objects().expiries.remove(*this);
    end(why);
}

void Use::forget(Use* let_go) {
    if (let_go != nullptr) {
        process_objects().expiries.remove(*let_go);
        let_go->release();
    }
}

void Use::tell_ended() {
    if (Object* const object = std::exchange(object_, nullptr); object != nullptr) {
        object->note_ended();
    }
}

Object::Left Object::end_capability(capability::Slot& slot) {
    // Last it is dead: whoever sees that without the lock may use it again.
    remove(slot);
    slot.kill();
    if (--capabilities_ != 0) [[likely]] {
        return {};
    }
    is_letting_go_ = loose_ != 0;
    return {.is_closed = true, .is_unused = has_become_unused(), .lets_go = is_letting_go_};
}

void Object::remove_from_tree(Use& use) {
    remove(use);
    loose_ -= use.keeps_object_ ? 0 : 1;
}

void Object::take_use(Use& use) {
    remove_from_tree(use);
    note_ending();
}

Object::Left Object::drop_use(Use& use) {
    if (!use.is_in_tree()) {
        return {};
    }
    remove_from_tree(use);
    return {.is_unused = has_become_unused()};
}

bool Object::has_become_unused() {
    return !is_letting_go_ && !root().has_children() && ending_ == 0 && std::exchange(was_used_, false);
}

Use* Object::let_go(Use& use) {
    ASSERT(!use.keeps_object_, "a use is let go that keeps its object");
    Use* const held = use.hold() ? &use : nullptr;
    remove_from_tree(use);
    use.let_go();
    return held;
}

Object::Left Object::let_some_go() {
    constexpr int kSome = 16;
    Left left{.lets_go = true};
    for (int i = 0; i < kSome && left.lets_go; ++i) {
        Use* held = nullptr;
        with_tree([&] {
            // Who waits for such an object is all that hangs in it when nothing names it.
            if (loose_ != 0) {
                held = let_go(static_cast<Use&>(*root().first_child()));
            } else {
                is_letting_go_ = false;
                left = {.is_unused = has_become_unused()};
            }
        });
        Use::forget(held);
    }
    return left;
}

Object::Added Object::add_use(capability::Slot& parent, Use& use) {
    return with_tree([&] {
        if (parent.is_live()) {
            use.object_ = this;
            use.expiry_ = base::Nanoseconds{parent.expiry()};
            parent.adopt_leaf(use);
            loose_ += use.keeps_object_ ? 0 : 1;
            return Added::Yes;
        }
        use.object_ = was_used_ ? this : nullptr;
        ending_ += was_used_ ? 1 : 0;
        return was_used_ ? Added::IsEnding : Added::NobodyWaits;
    });
}

bool Object::remove_use(Use& use) {
    bool was_there = false;
    // In this order: what is in no tree does not begin to expire.
    const Left left = with_tree([&] {
        was_there = use.is_in_tree();
        return drop_use(use);
    });
    process_objects().expiries.remove(use);
    process_objects().retirement.follow(*this, left);
    return was_there;
}

void Object::end_use(Use& use) {
    const bool is_taken = with_tree([&] {
        const bool is_there = use.is_in_tree();
        if (is_there) {
            take_use(use);
        }
        return is_there;
    });
    if (is_taken) {
        use.begin_end(base::Error::Expired);
    } else {
        use.release();
    }
}

void Object::note_ended() {
    const bool is_over = with_tree([&] { return --ending_ == 0 && has_become_unused(); });
    if (is_over) {
        process_objects().retirement.put_back(*this);
    }
}

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
    auto& effort = processor::this_processor().effort;
    const processor::Effort::Slice slice(effort);
    // First what others left, so that this keeps up with what ends.
    object::Reaper& reaper = core::kernel().objects->reaper;
    bool has_worked = reaper.has_work() && reaper.run_slice();
    epochs.advance();
    for (int i = 0; i < kSome && !effort.is_spent(); ++i) {
        Object* ending = nullptr;
        waiting_.with([&](List& list) {
            if (Object* const oldest = list.front(); oldest != nullptr && epochs.is_over(oldest->retired_at_)) {
                ending = list.pop_front();
                is_used_.store(!list.empty(), std::memory_order_relaxed);
            }
        });
        if (ending == nullptr) {
            break;
        }
        if (ending->is_letting_go_) {
            follow(*ending, ending->let_some_go());
        } else {
            ending->end_(*ending);
        }
        has_worked = true;
    }
    return has_worked;
}

} // namespace kernel::process
