/// Somebody who waits for a page of a memory object.
#pragma once

#include <optional>

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/memory_object/pager_queue.hpp"

namespace kernel::object {

class Memory;
class HeldWrites;

/// Embedded in who waits: nothing is allocated. `done` is called once for each time it waited, on the processor where
/// it began to, with no lock held: when the page may be there (try again), or with an error: TimedOut, or what the
/// pager refused with.
class PageWait : public memory_object::PagerRequest, public base::ListLink<HeldWrites>, mailbox::Message, time::Timer {
  public:
    using Done = void (*)(PageWait& wait, base::Result<void> result);

    explicit PageWait(Done done);
    /// It waits for nothing.
    ~PageWait();

    /// Whether it waits for a page, or its answer is on its way. On the processor where it began to.
    [[nodiscard]] bool is_waiting() const { return static_cast<bool>(memory_); }

    /// It waits no longer, and is told `why`. False: it did not, or its answer is on its way. On the processor where it
    /// began to.
    bool give_up(base::Error why);

  private:
    friend class Memory;

    /// On the processor that runs, until `deadline`.
    void begin(Memory& memory, base::Nanoseconds deadline);
    /// It is in no list any more; `result` reaches it at home. From any processor.
    void answer(base::Result<void> result);
    void finish(base::Result<void> result);

    static void answered(mailbox::Message& message);
    static void expired(time::Timer& timer);

    Done done_;
    base::RefPtr<Memory> memory_;
    base::u32 home_ = 0;
    std::optional<base::Error> error_;
};

/// Who waits until writes to a cloned object are let again; and, for a moment, who was answered and is to be told.
class HeldWrites : public base::IntrusiveList<PageWait, HeldWrites> {};

} // namespace kernel::object
