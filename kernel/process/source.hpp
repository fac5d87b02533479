/// What puts items into a ring.
#pragma once

#include "base/intrusive_list.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "kernel/process/attachment.hpp"
#include "libs/capability/slot.hpp"

namespace kernel::process {

class HandOver;
class Object;
class Ring;

/// Base of what can be attached to a ring: it sends requests or notices there, one in its turn. Attached to at most one
/// ring; where, and with which tag, is guarded by the lock of what it belongs to.
class Source : public base::ListLink<struct ReadySources>, public base::ListLink<struct AttachedSources> {
  public:
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// It is its turn: puts one item into `ring`, if it has one and is attached there still; and says again that it is
    /// ready if it has more. With no lock held. False: there was no room for it.
    virtual bool deliver(Ring& ring, HandOver& hand_over) = 0;

    /// It is attached to `ring` no more, if it was. With no lock held.
    virtual void detach_from(Ring& ring) = 0;

    /// The capability by which it was attached was revoked: unless it has been attached again, nothing comes from it
    /// any more but the notice that says so. With no lock held.
    virtual void end_attachment(HandOver& hand_over) = 0;

    [[nodiscard]] Attachment& attachment() { return attachment_; }

    /// It is attached by the authority of `through`, a capability to `object`, whose part it is; under its lock.
    /// BadHandle: that was revoked, and it is to be detached.
    base::Result<void> attach_by(capability::Slot& through, Object& object);

  protected:
    Source() = default;
    ~Source() = default;

  private:
    friend class Ring;

    Attachment attachment_{*this};
    // Guarded by the ring's lock.
    bool has_item_ = false;   ///< since it was attached
    base::u32 last_item_ = 0; ///< its position
};

using ReadyList = base::IntrusiveList<Source, ReadySources>;
using AttachedList = base::IntrusiveList<Source, AttachedSources>;

} // namespace kernel::process
