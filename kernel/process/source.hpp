/// What puts items into a ring.
#pragma once

#include "base/intrusive_list.hpp"
#include "base/types.hpp"

namespace kernel::process {

class HandOver;
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

  protected:
    Source() = default;
    ~Source() = default;

  private:
    friend class Ring;

    // Guarded by the ring's lock.
    bool has_item_ = false;   ///< since it was attached
    base::u32 last_item_ = 0; ///< its position
};

using ReadyList = base::IntrusiveList<Source, ReadySources>;
using AttachedList = base::IntrusiveList<Source, AttachedSources>;

} // namespace kernel::process
