/// The tickets that one processor has out.
#pragma once

#include <array>
#include <atomic>

#include "base/types.hpp"
#include "libs/cpu_set/atomic_cpu_set.hpp"
#include "libs/shootdown/ticket.hpp"

namespace shootdown {

/// Lives as long as its processor, so that others may look into it at any time: a ticket is only touched by those whose
/// bit stands in its slot, and it is not complete before the last of them took the bit away. What finds no slot waits.
class Outbox {
  public:
    static constexpr base::usize kSlots = 4;

    /// Publishes `ticket` for its targets. False: every slot is taken, and it waits for release(). Owner only.
    bool publish(Ticket& ticket) {
        for (base::usize i = 0; i < kSlots; ++i) {
            if (slots_[i].ticket == nullptr) {
                ticket.slot_ = i;
                fill(slots_[i], ticket);
                return true;
            }
        }
        *last_ = &ticket;
        last_ = &ticket.next_;
        return false;
    }

    /// `ticket` is complete. Returns one that waited and is published now, or null. Owner only.
    Ticket* release(const Ticket& ticket) {
        Slot& slot = slots_[ticket.slot_];
        slot.ticket = nullptr;
        Ticket* const next = first_;
        if (next != nullptr) {
            first_ = next->next_;
            last_ = first_ == nullptr ? &first_ : last_;
            next->next_ = nullptr;
            next->slot_ = ticket.slot_;
            fill(slot, *next);
        }
        return next;
    }

    /// Calls answer(ticket) for each ticket that asks `cpu`, then complete(ticket) if it was the last it asked.
    template <class Answer, class Complete>
    void answer(base::u32 cpu, Answer answer, Complete complete) {
        for (Slot& slot : slots_) {
            // Acquire: the ticket was written before its bits were.
            if (!slot.asked.contains(cpu, std::memory_order_acquire)) {
                continue;
            }
            Ticket& ticket = *slot.ticket;
            answer(ticket);
            slot.asked.remove(cpu, std::memory_order_relaxed);
            // Release: the flush is done, and the bit gone, before the owner sees the count at its end; acquire: the
            // last one carries what all others did.
            if (slot.left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
                complete(ticket);
            }
        }
    }

  private:
    struct Slot {
        Ticket* ticket = nullptr; ///< null: free. Others read it only under their bit
        std::atomic<base::u32> left{0};
        cpu_set::AtomicCpuSet asked;
    };

    static void fill(Slot& slot, Ticket& ticket) {
        slot.ticket = &ticket;
        slot.left.store(ticket.targets_.count(), std::memory_order_relaxed);
        slot.asked.store(ticket.targets_, std::memory_order_release);
    }

    std::array<Slot, kSlots> slots_;
    Ticket* first_ = nullptr;
    Ticket** last_ = &first_;
};

} // namespace shootdown
