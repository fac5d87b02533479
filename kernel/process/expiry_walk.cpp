#include "kernel/process/expiry_walk.hpp"

#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using base::Nanoseconds;
using capability::Slot;

bool ExpiryWalk::begin(Slot& top) {
    const bool is_begun = object_.with_tree([&] {
        if (!top.is_live() || object_.is_walked()) {
            return false;
        }
        shorten(top);
        walk_.emplace(object_, top);
        object_.note_ending();
        return true;
    });
    if (is_begun && !run_slice(*this)) {
        processor::this_processor().threads.add(*this);
    }
    return is_begun;
}

bool ExpiryWalk::run_slice(LongWork& work) {
    auto& self = static_cast<ExpiryWalk&>(work);
    if (!self.run()) {
        return false;
    }
    Object& object = self.object_;
    process_objects().expiry_walks.destroy(self);
    object.note_ended();
    return true;
}

bool ExpiryWalk::run() {
    use_count_ = 0;
    const bool is_over = object_.with_tree([&] {
        // A node is a use at most.
        const bool is_last = !walk_ || walk_->step(kMostUses, [this](capability::Node& node) { visit(node); });
        if (is_last) {
            walk_.reset();
        }
        return is_last;
    });
    for (base::usize index = 0; index < use_count_; ++index) {
        process_objects().expiries.shorten(*uses_.at(index), expiry_);
        uses_.at(index)->release();
    }
    return is_over;
}

void ExpiryWalk::visit(capability::Node& node) {
    if (node.is_leaf()) {
        auto& use = static_cast<Use&>(node);
        if (use.hold()) {
            uses_.at(use_count_++) = &use;
        }
        return;
    }
    shorten(static_cast<Slot&>(node));
}

void ExpiryWalk::shorten(Slot& slot) const {
    if (slot.expiry() == capability::kNever.value() || slot.expiry() > expiry_.value()) {
        slot.set_expiry(expiry_);
    }
}

} // namespace kernel::process
