/// One processor's part in keeping translation caches true. No processor ever waits for another.
///
///     Ticket ticket(&space, [](void* operation) { … free the frames, resume … }, &operation);
///     mapper.unmap(start, size, ticket.changes, …);
///     if (participant.start(ticket)) { … it was complete at once, and complete() has run … }
#pragma once

#include <atomic>
#include <concepts>

#include "base/assert.hpp"
#include "base/types.hpp"
#include "libs/cpu_set/cpu_set.hpp"
#include "libs/shootdown/outbox.hpp"
#include "libs/shootdown/space.hpp"
#include "libs/shootdown/tag_cache.hpp"
#include "libs/shootdown/ticket.hpp"

namespace shootdown {

template <class Machine>
class Participant;

/// What a Participant asks of the processors around it.
template <class M>
concept ParticipantMachine = requires(M& machine, base::u32 cpu, const page_table::Gather& changes, const Space& space,
                                      TagCache::Choice choice, mailbox::Message& message) {
    { machine.peer(cpu) } -> std::same_as<Participant<M>&>;
    /// Those that run: the kernel's translations are in force there.
    { machine.online() } -> std::same_as<cpu_set::CpuSet>;
    /// Has answer() called on `cpu` soon. Several rings may become one call.
    machine.ring(cpu);
    /// Has `message` run on `cpu` soon.
    machine.post(cpu, message);
    /// Whether `cpu` does not run now, and whoever lets it run again drops all its translations first.
    { machine.is_flushed_on_entry(cpu) } -> std::same_as<bool>;

    // On the processor that calls.
    machine.load(space, choice);  ///< puts the space's tables in force
    machine.load_kernel_tables(); ///< puts tables in force that have no user half
    machine.flush_pages(changes); ///< one by one, for the tag in force and of the kernel
    machine.flush_space();        ///< all of the tag in force
    machine.flush_everything();   ///< all tags and the kernel
};

/// Its owner calls it, with interrupts off; others only excuse() it and look into its outbox.
template <class Machine>
class Participant {
  public:
    Participant(Machine& machine, base::u32 cpu, bool has_tags)
        : machine_(machine), cpu_(cpu), place_(cpu_set::AtomicCpuSet::place_of(cpu)), tags_(has_tags) {}

    Participant(const Participant&) = delete;
    Participant& operator=(const Participant&) = delete;

    /// Puts `space` in force. Old translations that a tag may still hold are dropped by that. Part of its callers: on
    /// the way of every call.
    [[gnu::always_inline]] void enter(Space& space) {
        if (space_ == &space) {
            return; // among the holders: what changed since was or will be asked of this processor
        }
        // First among the holders, then the generation: see Space::generation().
        space.add_holder(place_);
        machine_.load(space, tags_.choose(space.id(), space.generation()));
        forget_space();
        space_ = &space;
    }

    /// Puts no user space in force: nobody asks this processor about one.
    void leave() {
        if (space_ != nullptr) {
            machine_.load_kernel_tables();
            forget_space();
        }
    }

    [[nodiscard]] Space* space() const { return space_; }

    /// The tables were changed as `ticket.changes` says: takes back translations everywhere. True: that is done already
    /// and the ticket's completion has run; false: it will run here, later.
    bool start(Ticket& ticket) {
        ASSERT(!ticket.is_pending());
        ticket.is_pending_ = true;
        Space* const space = ticket.space_;
        if (space != nullptr) {
            ticket.generation_ = space->advance();
        }
        ticket.targets_ = space != nullptr ? space->holders() : machine_.online();
        if (ticket.targets_.contains(cpu_)) {
            ticket.targets_.remove(cpu_);
            flush_for(ticket);
        }
        leave_out_those_who_flush_later(ticket.targets_);
        if (ticket.targets_.is_empty()) {
            ticket.finish();
            return true;
        }
        send(ticket);
        return false;
    }

    /// What start() does, where no other processor has `space` in force, without a ticket. False: one has, and a ticket
    /// must be started.
    bool flush_alone(Space& space, const page_table::Gather& changes) {
        // Before the generation advances, so that tickets stay the next one of what others know; and after it, because
        // only who enters from then on sees the new one.
        if (!space.is_held_by_none_but(cpu_)) {
            return false;
        }
        const base::u64 generation = space.advance();
        if (!space.is_held_by_none_but(cpu_)) {
            return false;
        }
        if (&space == space_) {
            flush_space_for(space, changes, generation);
        }
        return true;
    }

    /// Does what others ask. At its interrupt, on the way out of the kernel, and while spinning on a lock: it takes no
    /// lock and runs nothing of others.
    void answer() {
        // Acquire: the slots were filled before.
        callers_.take_all(std::memory_order_acquire).for_each([this](base::u32 caller) {
            machine_.peer(caller).outbox_.answer(
                cpu_,
                [this](const Ticket& ticket) {
                    flush_for(ticket);
                    ++answered_;
                },
                [this, caller](Ticket& ticket) { machine_.post(caller, ticket.returned_); });
        });
    }

    /// From here on nobody interrupts this processor for a flush. It has nothing of a user in force.
    void begin_idle() {
        leave();
        // Release: whoever excuses it sees that it left.
        idle_.store(Idle::Asleep, std::memory_order_release);
    }

    /// The first thing it does awake, before anything whose translation may be old.
    void end_idle() {
        if (idle_.load(std::memory_order_relaxed) == Idle::Awake) {
            return;
        }
        // Acquire: the tables were changed before whoever did so excused it. After the exchange nobody does any more.
        if (idle_.exchange(Idle::Awake, std::memory_order_acq_rel) == Idle::MustFlush) {
            machine_.flush_everything();
        }
    }

    /// Another processor changed tables: true if this one sleeps, and will flush before it does anything else.
    bool excuse() {
        Idle state = idle_.load(std::memory_order_relaxed);
        while (state != Idle::Awake) {
            // Release: pairs with end_idle(), which flushes after it read this.
            if (idle_.compare_exchange_weak(state, Idle::MustFlush, std::memory_order_acq_rel,
                                            std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }

    /// How many tickets of others it answered.
    [[nodiscard]] base::u64 answered() const { return answered_; }

    /// Whether translations are told apart here. Before the first enter().
    void use_tags(bool has_tags) { tags_.use_tags(has_tags); }

  private:
    enum class Idle : base::u8 { Awake, Asleep, MustFlush };

    void forget_space() {
        if (space_ != nullptr) {
            space_->remove_holder(place_);
            space_ = nullptr;
        }
    }

    void flush_for(const Ticket& ticket) {
        if (ticket.space_ == nullptr) {
            if (ticket.changes.is_whole()) {
                machine_.flush_everything();
            } else {
                machine_.flush_pages(ticket.changes);
            }
        } else if (ticket.space_ == space_) {
            flush_space_for(*ticket.space_, ticket.changes, ticket.generation_);
        } // else it left the space meanwhile; when it enters again, the generation tells
    }

    void flush_space_for(const Space& space, const page_table::Gather& changes, base::u64 wanted) {
        if (tags_.generation() >= wanted) {
            return;
        }
        if (tags_.generation() + 1 == wanted && !changes.is_whole()) {
            machine_.flush_pages(changes);
            tags_.set_generation(wanted);
            return;
        }
        // Others changed the tables too: one flush serves them all. Read before it, since only what was changed before
        // a flush is covered by it.
        const base::u64 generation = space.generation();
        machine_.flush_space();
        tags_.set_generation(generation);
    }

    void leave_out_those_who_flush_later(cpu_set::CpuSet& targets) {
        const cpu_set::CpuSet all = targets;
        all.for_each([this, &targets](base::u32 cpu) {
            if (machine_.peer(cpu).excuse() || machine_.is_flushed_on_entry(cpu)) {
                targets.remove(cpu);
            }
        });
    }

    void send(Ticket& ticket) {
        ticket.returned_.ticket = &ticket;
        ticket.returned_.participant = this;
        ticket.returned_.take = &Participant::take_back;
        if (outbox_.publish(ticket)) {
            ring_all(ticket.targets_);
        }
    }

    void ring_all(const cpu_set::CpuSet& targets) {
        targets.for_each([this](base::u32 cpu) {
            // Release: pairs with answer(). The slot stands before the bit, the bit before the ring.
            machine_.peer(cpu).callers_.add(cpu_, std::memory_order_release);
            machine_.ring(cpu);
        });
    }

    /// The last of its targets has answered.
    static void take_back(void* participant, Ticket& ticket) {
        auto& self = *static_cast<Participant*>(participant);
        if (const Ticket* const next = self.outbox_.release(ticket); next != nullptr) {
            self.ring_all(next->targets_);
        }
        ticket.finish();
    }

    Machine& machine_;
    base::u32 cpu_;
    cpu_set::AtomicCpuSet::Place place_; ///< among the holders of a space
    TagCache tags_;
    Space* space_ = nullptr;
    std::atomic<Idle> idle_{Idle::Awake};
    cpu_set::AtomicCpuSet callers_; ///< who has tickets for this processor
    Outbox outbox_;
    base::u64 answered_ = 0;
};

} // namespace shootdown
