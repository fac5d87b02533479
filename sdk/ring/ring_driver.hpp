/// What an executor runs on in a program: the ring of its thread.
///
/// Entries are written when they come up and handed over together: when nothing is ready, in the same crossing that
/// waits, or at the end of a turn. So call and park, and answer and park, are one crossing each.
#pragma once

#include <optional>

#include "abi/handle.hpp"
#include "async/driver.hpp"
#include "libs/entropy/generator.hpp"
#include "libs/rpc/invocation.hpp"
#include "libs/rpc/lease_copy.hpp"
#include "libs/rpc/receiver.hpp"
#include "libs/timekeeping/clock_page.hpp"
#include "sdk/ring/attachment.hpp"
#include "sdk/ring/stash.hpp"
#include "sdk/ring/tag.hpp"
#include "sdk/runtime/program_ring.hpp"

namespace sdk::ring {

/// What a driver begins with; the pages outlive it.
struct Setup {
    runtime::ProgramRing ring;
    base::u32 window;   ///< of its completions
    abi::Handle handle; ///< of the ring, with Write and Execute
    const timekeeping::ClockPage& clock;
    std::array<base::u64, 4> seed; ///< random numbers that nobody else knows
};

/// An async::Driver, and what rpc::Transport does in a program. Belongs to its thread, and so does all that it is asked
/// for.
class RingDriver {
  public:
    static constexpr bool kPicks = false;

    explicit RingDriver(const Setup& setup);
    RingDriver(const RingDriver&) = delete;
    RingDriver& operator=(const RingDriver&) = delete;

    // async::Driver
    void park(std::optional<base::Nanoseconds> deadline);

    /// Of a program with one worker: nobody else could.
    static void wake() {}

    [[nodiscard]] base::Nanoseconds now() const;

    [[nodiscard]] base::u64 entropy() { return generator_.next(); }

    [[nodiscard]] static async::Job* pick(async::ReadyQueue& ready) { return ready.pop(); }

    // rpc::Transport
    void begin(rpc::Invocation& invocation) { begin(Tag(TagKind::Invocation, invocation), invocation); }

    void begin(rpc::LeaseCopy& copy) { begin(Tag(TagKind::LeaseCopy, copy), copy); }

    void begin(rpc::AttachCall& call);

    void cancel(rpc::Invocation& invocation);
    void send(abi::Handle target, const rpc::Message& message);
    void drop(abi::Handle handle);
    void detach(rpc::Receiver& receiver);
    bool take(rpc::Receiver& receiver, rpc::Incoming& incoming);

    /// For what cannot be parked: the result of `entry`, whose tag is this driver's. It is of a method that the kernel
    /// does at once.
    abi::Completion call_now(abi::Submission entry);

    /// Where LeaseCopy copies from and to, and what is lent: the memory of the heap.
    struct Lendable {
        abi::Handle memory;
        std::span<const std::byte> bytes; ///< where it is mapped, from its start
    };

    void set_lendable(Lendable lendable) { lendable_ = lendable; }

    [[nodiscard]] async::Result<rpc::LentPlace> place_of(std::span<const std::byte> bytes) const;

    /// That of this thread. There must be one.
    static RingDriver& current() { return *of_thread; }

    /// Makes a driver the thread's while it lives.
    class Use {
      public:
        explicit Use(RingDriver& driver) : before_(std::exchange(of_thread, &driver)) {}

        ~Use() { of_thread = before_; }

        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

      private:
        RingDriver* before_;
    };

  private:
    /// Who waits without parking.
    struct Now {
        bool is_done;
        abi::Completion result;
    };

    void begin(Tag tag, async::Operation& operation) {
        if (in_flight_ == limit_) [[unlikely]] {
            wait_for_place(tag, operation);
        } else {
            write(tag);
        }
    }

    void wait_for_place(Tag tag, async::Operation& operation);
    bool forget_waiting(const async::Operation& operation);
    void write_waiting();
    void write(Tag tag);
    void write(rpc::Invocation& invocation);
    void write(rpc::LeaseCopy& copy);
    void write(const rpc::AttachCall& call);
    abi::Submission& next_entry();
    void hand_over(base::u32 wanted, base::u64 deadline);

    bool collect();
    enum class Front : base::u8 { Empty, Result, Item };
    Front look() const;
    void take_result();
    bool keep_item();
    void refuse_front(abi::Error error);
    static void free(Attachment& attachment);
    void finish(rpc::Invocation& invocation, const abi::Completion& done);
    void finish_failed(rpc::Invocation& invocation, const abi::Completion& done);
    void finish(rpc::LeaseCopy& copy, const abi::Completion& done);
    void finish(rpc::AttachCall& call, const abi::Completion& done);

    static constinit thread_local RingDriver* of_thread;

    runtime::ProgramRing ring_;
    base::u32 limit_;            ///< entries that may be in flight at once
    base::u32 in_flight_ = 0;    ///< those that have a result
    bool is_front_told_ = false; ///< whether the receiver of the item in front was told of it
    abi::Handle handle_;
    const timekeeping::ClockPage& clock_;
    Lendable lendable_;
    Stash stash_;
    // What waits for a place in flight: tags, each operation with that of the next.
    base::u64 first_waiting_ = 0;
    base::u64 last_waiting_ = 0;
    entropy::Generator generator_;
};

} // namespace sdk::ring
