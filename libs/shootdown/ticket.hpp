/// What an operation waits for before it may reuse what it unmapped.
#pragma once

#include "base/types.hpp"
#include "libs/cpu_set/cpu_set.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/page_table/gather.hpp"
#include "libs/shootdown/space.hpp"

namespace shootdown {

/// Embedded in the operation that it serves; nothing is allocated. Once started it stays where it is until it is
/// complete, and may then be used again. `changes` is filled before.
class Ticket {
  public:
    using Complete = void (*)(void* context);

    /// `space` is whose translations go; null: the kernel's, on every processor. `complete(context)` runs once, on the
    /// processor that started the ticket, when no processor uses an old translation any more.
    Ticket(Space* space, Complete complete, void* context)
        : space_(space), complete_(complete), context_(context), returned_(&Ticket::on_return) {}

    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    page_table::Gather changes;

    [[nodiscard]] Space* space() const { return space_; }

    /// Started and not complete.
    [[nodiscard]] bool is_pending() const { return is_pending_; }

  private:
    template <class Machine>
    friend class Participant;
    friend class Outbox;

    /// The message by which the last acknowledgement comes back.
    struct Returned : mailbox::Message {
        using Message::Message;

        Ticket* ticket = nullptr;
        void (*take)(void* participant, Ticket& ticket) = nullptr;
        void* participant = nullptr;
    };

    static void on_return(mailbox::Message& message) {
        const auto& returned = static_cast<Returned&>(message);
        returned.take(returned.participant, *returned.ticket);
    }

    void finish() {
        is_pending_ = false;
        complete_(context_);
    }

    Space* space_;
    base::u64 generation_ = 0;
    cpu_set::CpuSet targets_;
    Complete complete_;
    void* context_;
    Returned returned_;
    Ticket* next_ = nullptr;
    base::usize slot_ = 0;
    bool is_pending_ = false;
};

} // namespace shootdown
