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
        move_to(use, use.expiry_);
    }
}

void Expiries::remove(Use& use) {
    uses_.with([&use](List& uses) {
        if (List::is_linked(use)) {
            uses.remove(use);
        }
    });
}

void Expiries::move_to(Use& use, Nanoseconds expiry) {
    uses_.with([&](List& uses) {
        if (use.expiry_ == kNever || expiry < use.expiry_) {
            use.expiry_ = expiry;
        }
        Object* const object = use.object();
        const bool is_in_tree = object != nullptr && object->with_tree([&use] { return use.is_in_tree(); });
        if (is_in_tree && !List::is_linked(use)) {
            uses.push_back(use);
        }
    });
    ask_to_look();
}

void Expiries::ask_to_look() {
    // If it was posted already it will see what is here now.
    static_cast<void>(core::kernel().processors.at(0).post(*this));
}

void Expiries::look_again(mailbox::Message& message) { static_cast<Expiries&>(message).look(); }

void Expiries::look() {
    Nanoseconds first = kNever;
    uses_.with([&first](List& uses) {
        for (const Use& use : uses) {
            first = first == kNever || use.expiry_ < first ? use.expiry_ : first;
        }
    });
    if (first != kNever) {
        processor::this_processor().timers.arm(*this, first);
    }
}

void Expiries::ring(time::Timer& timer) {
    auto& self = static_cast<Expiries&>(timer);
    processor::this_processor().in_kernel([&self] {
        while (self.end_some()) {
        }
        self.look();
    });
}

/// False: no other's time has come.
bool Expiries::end_some() {
    const Nanoseconds now = core::kernel().clock.now();
    Use* due = nullptr;
    bool is_ending = false;
    uses_.with([&](List& uses) {
        for (Use& use : uses) {
            if (use.expiry_ <= now) {
                due = &use;
                break;
            }
        }
        if (due != nullptr) {
            uses.remove(*due);
            is_ending = !due->hold();
        }
    });
    if (due != nullptr && !is_ending) {
        due->object()->end_use(*due);
    }
    return due != nullptr;
}

} // namespace kernel::process
