#include "kernel/interrupt/line.hpp"

#include <bit>

#include "base/assert.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::interrupt {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

using NameText = base::FixedText<64>;

NameText name_of(const Source& source) {
    NameText name;
    source.print(name);
    return name;
}

} // namespace

Line::Line(Source& source, std::string_view owner, Deliver deliver, const StormBound& bound)
    : source_(source), owner_(owner), deliver_(deliver), bound_(bound), state_(bound) {}

Line::~Line() { ASSERT(is_detached(), "a line dies while it may interrupt"); }

Result<void> Line::attach(Processor& where) {
    if (where.hardware_id() > apic::kLargestTarget) {
        return Error::Unsupported;
    }
    const u8 vector = TRY(where.vectors.allocate({arrive, this}));
    return state_.with([this, &where, vector](State& state) -> Result<void> {
        ASSERT(state.where == nullptr && state.farewells == 0, "a line is attached twice");
        state.where = &where;
        state.vector = vector;
        state.is_masked = true;
        state.is_delivered = false;
        state.is_missed = false;
        state.is_open = false;
        return source_.route({.hardware_id = where.hardware_id(), .vector = vector});
    });
}

void Line::update(State& state) {
    const bool waits = state.is_delivered && (source_.is_level() || state.is_missed);
    const bool is_open = state.where != nullptr && !state.is_masked && !state.is_silenced && !waits;
    if (is_open != state.is_open) {
        state.is_open = is_open;
        source_.set_open(is_open);
    }
}

void Line::resume(State& state) {
    const bool may_come = state.where != nullptr && !state.is_masked && !state.is_silenced && !state.is_delivered;
    if (may_come && state.is_missed) {
        state.is_missed = false;
        Arch::interrupt_processor(state.where->hardware_id(), state.vector);
    }
    update(state);
}

void Line::acknowledge() {
    state_.with([this](State& state) {
        state.is_delivered = false;
        resume(state);
    });
}

void Line::mask() {
    state_.with([this](State& state) {
        state.is_masked = true;
        update(state);
    });
}

void Line::unmask() {
    state_.with([this](State& state) {
        state.is_masked = false;
        resume(state);
    });
}

void Line::arrive(void* context) {
    auto& line = *static_cast<Line*>(context);
    const Nanoseconds now = core::kernel().clock.now();
    const Verdict verdict = line.state_.with([&line, now](State& state) { return line.judge(state, now); });
    // Only now: a level that is still open would come again at once.
    Arch::end_of_interrupt();
    if (verdict == Verdict::Deliver) {
        line.deliver_(line);
    } else if (verdict == Verdict::Silence) {
        line.silence();
    }
}

Line::Verdict Line::judge(State& state, Nanoseconds now) {
    if (state.where == nullptr) {
        return Verdict::Keep;
    }
    ++state.arrivals;
    const bool is_storm = !state.limit.admit(now) && !state.is_silenced && state.where == &processor::this_processor();
    if (is_storm) {
        state.is_silenced = true;
        ++state.storms;
    }
    const bool is_delivered = !is_storm && !state.is_masked && !state.is_silenced && !state.is_delivered;
    if (is_delivered) {
        state.is_delivered = true;
        ++state.deliveries;
    } else {
        state.is_missed = state.is_missed || !source_.is_level();
    }
    update(state);
    return is_storm ? Verdict::Silence : is_delivered ? Verdict::Deliver : Verdict::Keep;
}

void Line::silence() {
    constexpr u64 kNanosecondsInMillisecond = 1'000'000;
    processor::this_processor().timers.arm(reopening_, core::kernel().clock.now() + bound_.pause);
    const u64 storms = this->storms();
    // The first, the second, the fourth …: a device that never stops must not fill the log.
    if (!std::has_single_bit(storms)) {
        return;
    }
    LOG_WARNING("cpu {}: interrupt storm from {}, {}: more than {} in {} ms; silenced for {} ms, {} times so far",
                Arch::cpu_index(), name_of(source_).view(), owner_, bound_.most,
                bound_.window.value() / kNanosecondsInMillisecond, bound_.pause.value() / kNanosecondsInMillisecond,
                storms);
}

void Line::Reopening::run(time::Timer& timer) {
    Line& line = static_cast<Reopening&>(timer).line;
    line.state_.with([&line](State& state) {
        state.is_silenced = false;
        state.limit = rate_limit::RateLimit(line.bound_.most, line.bound_.window);
        line.resume(state);
    });
}

Result<void> Line::move(Processor& where) {
    if (where.hardware_id() > apic::kLargestTarget) {
        return Error::Unsupported;
    }

    struct Place {
        Processor* where = nullptr;
        u8 vector = 0;
    };

    const auto left = state_.with([this, &where](State& state) -> Result<Place> {
        if (state.where == nullptr) {
            return Error::BadState;
        }
        if (state.farewells != 0 || state.is_silenced) {
            return Error::Busy;
        }
        const Place before{state.where, state.vector};
        state.vector = TRY(where.vectors.allocate({arrive, this}));
        state.where = &where;
        ++state.farewells;
        state.is_open = false;
        TRY(source_.route({.hardware_id = where.hardware_id(), .vector = state.vector}));
        // An edge that came while the source was closed for the change is lost: one too many is better than none.
        state.is_missed = state.is_missed || !source_.is_level();
        resume(state);
        return before;
    });
    const Place before = TRY(left);
    say_farewell(*before.where, before.vector, false);
    return {};
}

Result<void> Line::detach() {
    Processor* before = nullptr;
    u8 vector = 0;
    TRY(state_.with([this, &before, &vector](State& state) -> Result<void> {
        if (state.where == nullptr) {
            return Error::BadState;
        }
        if (state.farewells != 0) {
            return Error::Busy;
        }
        before = std::exchange(state.where, nullptr);
        vector = state.vector;
        ++state.farewells;
        update(state);
        return {};
    }));
    say_farewell(*before, vector, true);
    return {};
}

void Line::say_farewell(Processor& where, u8 vector, bool is_last) {
    farewell_.where = &where;
    farewell_.vector = vector;
    farewell_.is_last = is_last;
    if (&where == &processor::this_processor()) {
        finish(farewell_);
    } else {
        where.post(farewell_);
    }
}

void Line::Farewell::run(Message& message) {
    auto& farewell = static_cast<Farewell&>(message);
    farewell.line.finish(farewell);
}

void Line::finish(Farewell& farewell) {
    if (farewell.is_last) {
        farewell.where->timers.cancel(reopening_);
    }
    farewell.where->vectors.release(farewell.vector);
    state_.with([&farewell](State& state) {
        state.is_silenced = state.is_silenced && !farewell.is_last;
        --state.farewells;
    });
}

bool Line::is_detached() {
    return state_.with([](const State& state) { return state.where == nullptr && state.farewells == 0; });
}

Line::Counts Line::counts() {
    return state_.with([](const State& state) {
        return Counts{.arrivals = state.arrivals,
                      .deliveries = state.deliveries,
                      .storms = state.storms,
                      .is_delivered = state.is_delivered,
                      .is_masked = state.is_masked};
    });
}

} // namespace kernel::interrupt
