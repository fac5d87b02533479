/// What a thread may ask of the scheduler: class, priority, weight, slice.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "base/units.hpp"

namespace scheduler {

/// Strictly ordered: one of a later class runs before all of earlier ones. The two of real time are one class, in which
/// the priority decides.
enum class Class : base::u8 {
    Idle,        ///< when nobody else wants to run
    Batch,       ///< fair, with longer slices; waking never takes the processor from others of its class
    Interactive, ///< fair, by weight
    RoundRobin,  ///< real time; those of one priority take turns
    Fifo,        ///< real time; runs until it waits or a higher priority comes
};

inline constexpr base::u8 kLowestPriority = 1;
inline constexpr base::u8 kHighestPriority = 99;
inline constexpr base::u32 kDefaultWeight = 1024;
inline constexpr base::u32 kHighestWeight = 65'536;
inline constexpr base::Nanoseconds kShortestSlice{100'000};
inline constexpr base::Nanoseconds kLongestSlice{1'000'000'000};

/// What is not said of a class is 0: a priority is of real time only, a weight of the others only, a slice of all but
/// Fifo. A slice of 0 means the class's own.
struct Parameters {
    Class of = Class::Interactive;
    base::u8 priority = 0;
    base::u32 weight = kDefaultWeight;
    base::Nanoseconds slice{};

    static constexpr Parameters fifo(base::u8 priority) { return {Class::Fifo, priority, 0, {}}; }

    static constexpr Parameters round_robin(base::u8 priority, base::Nanoseconds slice = {}) {
        return {Class::RoundRobin, priority, 0, slice};
    }

    static constexpr Parameters interactive(base::u32 weight = kDefaultWeight, base::Nanoseconds slice = {}) {
        return {Class::Interactive, 0, weight, slice};
    }

    static constexpr Parameters batch(base::u32 weight = kDefaultWeight, base::Nanoseconds slice = {}) {
        return {Class::Batch, 0, weight, slice};
    }

    static constexpr Parameters idle(base::u32 weight = kDefaultWeight) { return {Class::Idle, 0, weight, {}}; }

    friend constexpr bool operator==(const Parameters&, const Parameters&) = default;
};

constexpr bool is_real_time(Class of) { return of == Class::RoundRobin || of == Class::Fifo; }

/// How long one of a class runs while others of it are ready. Nothing ends the turn of Fifo.
constexpr base::Nanoseconds default_slice(Class of) {
    switch (of) {
    case Class::Interactive: return base::Nanoseconds{3'000'000};
    case Class::RoundRobin: return base::Nanoseconds{10'000'000};
    case Class::Batch:
    case Class::Idle: return base::Nanoseconds{24'000'000};
    case Class::Fifo: break;
    }
    return {};
}

/// InvalidArgument: no such class; a priority outside 1 to 99 of real time, or any of another class; a weight outside 1
/// to 65,536 of a fair class, or any of real time; a slice other than 0 outside 100 µs to 1 s, or any of Fifo.
constexpr base::Result<void> check(const Parameters& parameters) {
    const auto& [of, priority, weight, slice] = parameters;
    if (of > Class::Fifo) {
        return base::Error::InvalidArgument;
    }
    const bool has_priority = priority >= kLowestPriority && priority <= kHighestPriority;
    const bool has_weight = weight != 0 && weight <= kHighestWeight;
    const bool has_slice = of != Class::Fifo && slice >= kShortestSlice && slice <= kLongestSlice;
    const bool is_good = is_real_time(of) ? has_priority && weight == 0 : priority == 0 && has_weight;
    return is_good && (has_slice || slice == base::Nanoseconds{0}) ? base::Result<void>{}
                                                                   : base::Error::InvalidArgument;
}

} // namespace scheduler
