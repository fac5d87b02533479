/// One interrupt of a device, on its way to one processor.
///
///     Pin pin = TRY(kernel().io_apics.claim_isa(4));
///     Line line(pin, "serial port", [](Line& line) { … });   // once for each acknowledge()
///     TRY(line.attach(processor));
///     line.unmask();
///     …
///     line.detach();   // is_detached() when nothing can come any more
#pragma once

#include "base/guarded.hpp"
#include "base/result.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/interrupt/source.hpp"
#include "kernel/time/timers.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/rate_limit/rate_limit.hpp"

namespace kernel::processor {
class Processor;
} // namespace kernel::processor

namespace kernel::interrupt {

/// More than `most` requests in a `window` are a storm; it is silenced for a `pause`.
struct StormBound {
    base::u32 most;
    base::Nanoseconds window;
    base::Nanoseconds pause;
};

/// 50,000 a second: no device on a pin means that many, and a pin that nobody satisfies asks more often even where each
/// access to the controller is an exit to a hypervisor.
inline constexpr StormBound kPinStorm{
    .most = 500, .window = base::Nanoseconds{10'000'000}, .pause = base::Nanoseconds{100'000'000}};
/// 200,000 a second: fast network cards and disks send many.
inline constexpr StormBound kMessageStorm{
    .most = 2000, .window = base::Nanoseconds{10'000'000}, .pause = base::Nanoseconds{100'000'000}};

/// Delivers a request and then nothing until it is acknowledged: a level stays closed so long; of requests by edge, one
/// that comes meanwhile is delivered then. A storm closes it for a while. Embedded in what the interrupt belongs to;
/// from any processor unless said otherwise; nobody waits.
class Line {
  public:
    /// On the line's processor, with interrupts off.
    using Deliver = void (*)(Line& line);

    /// `owner` names the device in the log. Both outlive the line.
    Line(Source& source, std::string_view owner, Deliver deliver, const StormBound& bound = kPinStorm);

    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    /// It must be detached.
    ~Line();

    /// Interrupts `where`, which is online, once it is unmasked. Only when it is detached. NoMemory if `where` has no
    /// vector left; Unsupported if the source cannot reach it.
    base::Result<void> attach(processor::Processor& where);

    /// What was delivered is dealt with: the next may come.
    void acknowledge();

    /// Nothing is delivered until unmask(). A new line is masked. What comes by edge meanwhile may be lost.
    void mask();
    void unmask();

    /// Interrupts `where`, which is online, from now on. What was under way may still be delivered where it was before,
    /// and what comes by edge once for nothing. BadState if it is not attached; Busy if the last move is not over or a
    /// storm is being silenced; else errors of attach(), and it stays where it is.
    base::Result<void> move(processor::Processor& where);

    /// Nothing comes any more, once is_detached(). The processor that it interrupted sees to that soon. BadState if it
    /// is not attached, Busy if a move is not over.
    base::Result<void> detach();

    [[nodiscard]] bool is_detached();

    /// What came of it so far, and how it is.
    struct Counts {
        base::u64 arrivals;   ///< requests that came
        base::u64 deliveries; ///< those that were delivered
        base::u64 storms;     ///< how often it was silenced
        bool is_delivered;    ///< and not acknowledged
        bool is_masked;
    };

    [[nodiscard]] Counts counts();

    [[nodiscard]] base::u64 arrivals() { return counts().arrivals; }

    [[nodiscard]] base::u64 deliveries() { return counts().deliveries; }

    [[nodiscard]] base::u64 storms() { return counts().storms; }

  private:
    using Processor = processor::Processor;

    /// What an arrival leads to.
    enum class Verdict : base::u8 { Deliver, Keep, Silence };

    struct State {
        explicit State(const StormBound& bound) : limit(bound.most, bound.window) {}

        Processor* where = nullptr; ///< null: detached, or about to be
        base::u8 vector = 0;
        bool is_masked = true;
        bool is_delivered = false; ///< and not acknowledged
        bool is_missed = false;    ///< by edge, and not delivered yet
        bool is_silenced = false;
        bool is_open = false;    ///< what the source was told last
        base::u32 farewells = 0; ///< vectors that are not given back yet
        base::u64 arrivals = 0;
        base::u64 deliveries = 0;
        base::u64 storms = 0;
        rate_limit::RateLimit limit;
    };

    /// Gives a vector back, on its processor.
    struct Farewell : mailbox::Message {
        explicit Farewell(Line& whose) : Message(&Farewell::run), line(whose) {}

        static void run(Message& message);

        Line& line;
        Processor* where = nullptr;
        base::u8 vector = 0;
        bool is_last = false; ///< the line is gone from there for good
    };

    struct Reopening : time::Timer {
        explicit Reopening(Line& whose) : Timer(&Reopening::run), line(whose) {}

        static void run(time::Timer& timer);

        Line& line;
    };

    static void arrive(void* context);
    Verdict judge(State& state, base::Nanoseconds now);
    void silence();
    void say_farewell(Processor& where, base::u8 vector, bool is_last);
    void finish(Farewell& farewell);
    /// Brings the source in line with the state, and sends what was missed if it may come now.
    void update(State& state);
    void resume(State& state);

    Source& source_;
    std::string_view owner_;
    Deliver deliver_;
    StormBound bound_;
    base::Guarded<State, core::KernelLock, core::kInterruptLineLock> state_;
    Farewell farewell_{*this};
    Reopening reopening_{*this};
};

} // namespace kernel::interrupt
