#include "kernel/process/expiries.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/object.hpp"
#include "kernel/processor/processor.hpp"
#include "libs/capability/contents.hpp"

namespace kernel::process {

using base::Nanoseconds;
using capability::kNever;

void Expiries::add(Use& use) {
    if (use.expiry_ != kNever) {
        put(use, use.expiry_);
    }
}

void Expiries::shorten(Use& use, Nanoseconds expiry) { put(use, expiry); }

void Expiries::remove(Use& use) {
    uses_.with([&use](Tree& uses) {
        if (Tree::is_linked(use)) {
            uses.remove(use);
        }
    });
}

void Expiries::put(Use& use, Nanoseconds expiry) {
    uses_.with([&](Tree& uses) {
        if (Tree::is_linked(use)) {
            uses.remove(use);
        }
        if (use.expiry_ == kNever || expiry < use.expiry_) {
            use.expiry_ = expiry;
        }
        // Whoever takes it out of its tree removes it here afterwards.
        Object* const object = use.object();
        if (object != nullptr && object->with_tree([&use] { return use.is_in_tree(); })) {
            uses.insert(use);
        }
    });
    // If it was posted already it will see what is here now.
    static_cast<void>(core::kernel().processors.at(0).post(*this));
}

void Expiries::look_again(mailbox::Message& message) { static_cast<Expiries&>(message).look(); }

void Expiries::look() {
    Nanoseconds first = kNever;
    uses_.with([&first](Tree& uses) {
        const Use* const use = uses.first();
        first = use == nullptr ? kNever : use->expiry_;
    });
    if (first != kNever) {
        processor::this_processor().timers.arm(*this, first);
    }
}

void Expiries::ring(time::Timer& timer) {
    auto& self = static_cast<Expiries&>(timer);
    if (!std::exchange(self.is_at_work_, true)) {
        processor::this_processor().threads.add(self);
    }
}

bool Expiries::run_slice(LongWork& work) {
    auto& self = static_cast<Expiries&>(work);
    if (self.end_one()) {
        return false;
    }
    self.is_at_work_ = false;
    self.look();
    return true;
}

/// False: nobody's time has come.
bool Expiries::end_one() {
    const Nanoseconds now = core::kernel().clock.now();
    Use* due = nullptr;
    Object* object = nullptr; // null: it ends by itself
    uses_.with([&](Tree& uses) {
        Use* const first = uses.first();
        if (first != nullptr && first->expiry_ <= now) {
            due = first;
            uses.remove(*due);
            // Under this lock: whoever ends it otherwise comes here before it has no object any more.
            object = due->hold() ? due->object() : nullptr;
        }
    });
    if (object != nullptr) {
        object->end_use(*due);
    }
    return due != nullptr;
}

} // namespace kernel::process
