/// Bits that wait for who looks at them.
#pragma once

#include "abi/ring.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/source.hpp"

namespace kernel::process {

/// Base of events: sixty-four bits that are set until somebody clears them. A ring that it is attached to has a notice
/// when bits of the subscription are signalled; bits that come while its notice is unread are told in one more,
/// together.
class Event : public Object, public Source {
  public:
    /// What of it a ring hears.
    struct Subscription {
        base::u64 tag = 0;
        base::u64 mask = 0;
        bool is_level = false;    ///< told again, whenever the last notice was read, until the bits are cleared
        bool clears_told = false; ///< bits that were told are cleared
    };

    /// Of kind Event, or of one that is an event of one bit.
    Event(abi::ObjectKind kind, End end, End closed);

    /// Sets `bits`.
    void signal(base::u64 bits, HandOver& hand_over);

    void clear(base::u64 bits);

    [[nodiscard]] base::u64 bits();

    /// `ring` hears of it from now on, no other does any more, by the authority of `through`. BadState: `ring` is
    /// closed; BadHandle: `through` was revoked.
    base::Result<void> attach(Ring& ring, const Subscription& subscription, capability::Slot& through,
                              HandOver& hand_over);

    /// BadState: it is not attached to `ring`.
    base::Result<void> detach(Ring& ring);

    bool deliver(Ring& ring, HandOver& hand_over) override;

    void detach_from(Ring& ring) override { static_cast<void>(detach(ring).has_value()); }

    void end_attachment(HandOver& hand_over) override;

  protected:
    ~Event() = default;

    /// Nothing names it any more: no ring hears of it.
    void close();

  private:
    friend class FastPath;

    struct State {
        base::u64 set = 0;
        base::u64 untold = 0; ///< signalled since the last notice
        Ring* ring = nullptr;
        bool is_detaching = false; ///< its last notice is to come
        Subscription subscription;
    };

    /// What a notice would tell now.
    [[nodiscard]] static base::u64 news(const State& state);
    static void set(State& state, base::u64 bits);
    /// Writes a notice of all news, which are told then.
    static void write(abi::Completion& completion, State& state);
    bool tell(State& state, bool is_its_turn, HandOver& hand_over);
    bool tell_detached(State& state, bool is_its_turn, HandOver& hand_over);
    void unlink(State& state);

    base::Guarded<State, core::KernelLock, core::kChannelLock> state_;
};

} // namespace kernel::process
