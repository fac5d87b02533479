#include "kernel/process/source.hpp"

#include "kernel/process/hand_over.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

void Attachment::end(base::Error) {
    // Attached again meanwhile it has another place in the same tree.
    Object& object = *this->object();
    HandOver hand_over;
    source_.end_attachment(hand_over);
    hand_over.wake_last();
    process_objects().expiries.add(*this);
    object.note_ended();
}

base::Result<void> Source::attach_by(capability::Slot& through, Object& object) {
    const Object::Added added = object.add_use(through, attachment_);
    if (added == Object::Added::IsEnding) {
        object.note_ended();
    }
    return added == Object::Added::Yes ? base::Result<void>{} : base::Result<void>{base::Error::BadHandle};
}

} // namespace kernel::process
