/// Translations that are taken back, and what is freed or resumed when they are gone.
#pragma once

#include "base/intrusive_list.hpp"
#include "kernel/object/frame_list.hpp"
#include "libs/page_table/gather.hpp"
#include "libs/shootdown/ticket.hpp"

namespace kernel::object {

/// Embedded in who waits for a flush: nothing is allocated. `done` is called once for each time it waited, with no lock
/// held, when no processor uses an old translation any more.
class FlushWait : public base::ListLink<> {
  public:
    using Done = void (*)(FlushWait& wait);

    explicit FlushWait(Done what) : done(what) {}

    Done done;
};

/// The flushes of one address space: one is under way, what comes meanwhile is gathered for the next. Under the address
/// space's lock.
class Flusher {
  public:
    /// `ticket` is started where add() and finish() say so; its completion calls take() and, when what it held is
    /// freed, finish().
    explicit Flusher(shootdown::Ticket& ticket) : ticket_(ticket) {}

    /// Takes over what one operation changed and freed; `wait`, if there is one, waits for it. True: the caller starts
    /// the ticket when it has left the lock.
    [[nodiscard]] bool add(const page_table::Gather& changes, FrameList& frames, FlushWait* wait);

    using Waits = base::IntrusiveList<FlushWait>;

    /// The flush under way is complete: moves what it held out.
    void take(FrameList& frames, Waits& waits);

    /// That is freed. True: the ticket is to be started again.
    [[nodiscard]] bool finish();

    [[nodiscard]] bool is_idle() const { return !is_running_; }

  private:
    static void move_all(Waits& from, Waits& to);

    shootdown::Ticket& ticket_;
    FrameList frames_;
    Waits waits_;
    page_table::Gather next_changes_;
    FrameList next_frames_;
    Waits next_waits_;
    bool is_running_ = false;
};

} // namespace kernel::object
