#include "async/scope.hpp"

#include <memory>

#include "async/event.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;
using namespace base::literals;

struct Log {
    std::string text;
    Event event;
};

Task<> say(Log* log, char letter) {
    co_await yield_now();
    log->text += letter;
}

Task<> say_when_cancelled(Log* log) {
    const Result<> result = co_await log->event.wait().result();
    log->text += result.error() == abi::Error::Cancelled ? 'c' : '?';
    co_await result;
}

Task<> fail_soon() {
    co_await yield_now();
    co_await fail(abi::Error::Corrupt);
}

Task<int> value_soon(int value) {
    co_await yield_now();
    co_return value;
}

Task<int> waits_for_jobs(Log* log) {
    const int value = co_await scope(
        [](Scope inner, Log* out) -> Task<int> {
            co_await inner.spawn(say(out, 'a'));
            co_await inner.spawn(say(out, 'b'));
            out->text += 'x';
            co_return 3;
        },
        log);
    log->text += '.';
    co_return value;
}

Task<> first_error_cancels(Log* log) {
    const Result<> result = co_await scope(
                                [](Scope inner, Log* out) -> Task<> {
                                    co_await inner.spawn(say_when_cancelled(out));
                                    co_await inner.spawn(fail_soon());
                                    co_await out->event.wait();
                                    out->text += '!';
                                },
                                log)
                                .result();
    log->text += result.error() == abi::Error::Corrupt ? 'e' : '?';
}

Task<> error_of_body_cancels(Log* log) {
    co_await scope(
        [](Scope inner, Log* out) -> Task<> {
            co_await inner.spawn(say_when_cancelled(out));
            co_await yield_now();
            co_await fail(abi::Error::Exists);
        },
        log);
    log->text += '!';
}

Task<> collects(Log* log, Error* collected) {
    co_await scope(
        Collect{[collected](Error error) { *collected = error; }},
        [](Scope inner, Log* out) -> Task<> {
            co_await inner.spawn(fail_soon());
            co_await inner.spawn(say(out, 'a'));
            co_await sleep_for(1_ms);
            out->text += 'b';
        },
        log);
}

Task<> collects_not_the_body(Log* log, Error* collected) {
    co_await scope(
        Collect{[collected](Error error) { *collected = error; }},
        [](Scope inner, Log* out) -> Task<> {
            co_await inner.spawn(say_when_cancelled(out));
            co_await yield_now();
            co_await fail(abi::Error::Exists);
        },
        log);
}

Task<int> started_values() {
    co_return co_await scope([](Scope inner) -> Task<int> {
        auto late = co_await inner.start(value_soon(3));
        auto early = co_await inner.start(value_soon(4));
        auto dropped = co_await inner.start(value_soon(5));
        {
            const auto gone = std::move(dropped);
        }
        co_await sleep_for(1_ms);
        const int sum = co_await late + co_await early;
        auto parked = co_await inner.start(value_soon(10));
        co_return sum + co_await parked;
    });
}

Task<int> started_error(int* seen) {
    co_return co_await scope(
        [](Scope inner, int* out) -> Task<int> {
            auto job = co_await inner.start([]() -> Task<int> {
                co_await yield_now();
                co_await fail(abi::Error::Corrupt);
            }());
            const Result<int> result = co_await job.result();
            *out = result.error().code();
            co_return 1;
        },
        seen);
}

Task<> cancel_all(Log* log) {
    co_await scope(
        [](Scope inner, Log* out) -> Task<> {
            co_await inner.spawn(say_when_cancelled(out));
            co_await yield_now();
            inner.cancel();
            const Result<> latched = co_await yield_now().result();
            out->text += latched.error() == abi::Error::Cancelled ? 'l' : '?';
        },
        log);
    log->text += '.';
}

Task<std::string> fails_with(Error error) {
    co_await yield_now();
    co_await fail(error);
}

/// Whoever awaits a Job that fails hears of it, before and after its end.
Task<> started_failures(int* collected) {
    co_await scope(Collect{[collected](Error) { ++*collected; }}, [](Scope inner) -> Task<> {
        auto job = co_await inner.start(fails_with(abi::Error::Busy));
        EXPECT_EQ((co_await job.result()).error(), Error(abi::Error::Busy));
        auto ended = co_await inner.start(fails_with(abi::Error::Exists));
        co_await sleep_for(1_ms);
        EXPECT_EQ((co_await ended.result()).error(), Error(abi::Error::Exists));
        co_await ended;
    });
}

Task<std::shared_ptr<int>> own(std::shared_ptr<int> value) {
    co_await yield_now();
    co_return value;
}

/// Values that nobody takes: of a Job whose handle is gone, of one whose handle outlives it, of a body beside an error.
Task<> values_are_dropped(std::shared_ptr<int> value) {
    co_await scope(
        [](Scope inner, std::shared_ptr<int> shared) -> Task<> {
            auto kept = co_await inner.start(own(shared));
            static_cast<void>(co_await inner.start(own(shared)));
            co_await sleep_for(1_ms);
            EXPECT_EQ(shared.use_count(), 3) << "main's, the body's, and the kept one";
        },
        value);
    static_cast<void>(co_await scope(
                          [](Scope inner, std::shared_ptr<int> shared) -> Task<std::shared_ptr<int>> {
                              co_await inner.spawn(fail_soon());
                              co_return shared;
                          },
                          value)
                          .result());
    EXPECT_EQ(value.use_count(), 1);
}

/// What comes into a cancelled scope is cancelled too: a Job, and a scope.
Task<> late(Log* log) {
    static_cast<void>(co_await scope(
                          [](Scope inner, Log* out) -> Task<> {
                              inner.cancel();
                              co_await inner.spawn(say_when_cancelled(out));
                              auto started = co_await inner.start(value_soon(3));
                              const Result<> nested = co_await scope(
                                                          [](Scope deep, Log* text) -> Task<> {
                                                              co_await deep.spawn(say_when_cancelled(text));
                                                              co_await say_when_cancelled(text);
                                                          },
                                                          out)
                                                          .result();
                              out->text += nested.error() == abi::Error::Cancelled ? 'n' : '?';
                          },
                          log)
                          .result());
}

Task<> nest(Scope, Log* log, u64 levels) {
    if (levels == 0) {
        co_await log->event.wait();
    }
    co_await scope(nest, log, levels - 1);
}

Task<> nested(Log* log, u64 levels) {
    const Result<> result = co_await scope(
                                [](Scope inner, Log* out, u64 depth) -> Task<> {
                                    co_await inner.spawn(nest(inner, out, depth));
                                    co_await yield_now();
                                    co_await fail(abi::Error::Busy);
                                },
                                log, levels)
                                .result();
    log->text += result.error() == abi::Error::Busy ? 'b' : '?';
}

} // namespace

TEST(Scope, EndsWithItsJobs) {
    Log log;
    EXPECT_EQ(sim::run(waits_for_jobs, &log).value(), 3);
    EXPECT_EQ(log.text, "xab.");
}

TEST(Scope, TheFirstErrorCancelsTheOthersAndIsTheResult) {
    Log log;
    EXPECT_TRUE(sim::run(first_error_cancels, &log).has_value());
    EXPECT_EQ(log.text, "ce");
}

TEST(Scope, AnErrorOfTheBodyCancelsToo) {
    Log log;
    EXPECT_EQ(sim::run(error_of_body_cancels, &log).error(), Error(abi::Error::Exists));
    EXPECT_EQ(log.text, "c");
}

TEST(Scope, CollectsErrors) {
    Log log;
    Error error;
    EXPECT_TRUE(sim::run(collects, &log, &error).has_value());
    EXPECT_EQ(log.text, "ab");
    EXPECT_EQ(error, Error(abi::Error::Corrupt));
}

TEST(Scope, CollectsNotWhatTheBodyCaused) {
    Log log;
    Error error;
    EXPECT_EQ(sim::run(collects_not_the_body, &log, &error).error(), Error(abi::Error::Exists));
    EXPECT_EQ(log.text, "c");
    EXPECT_FALSE(error.is_error());
}

TEST(Scope, StartedJobsHaveValues) { EXPECT_EQ(sim::run(started_values).value(), 17); }

TEST(Scope, AnErrorOfAStartedJobIsTheScopesToo) {
    int seen = 0;
    EXPECT_EQ(sim::run(started_error, &seen).error(), Error(abi::Error::Corrupt));
    EXPECT_EQ(seen, int(abi::Error::Cancelled));
}

TEST(Scope, CanBeCancelled) {
    Log log;
    EXPECT_TRUE(sim::run(cancel_all, &log).has_value());
    EXPECT_EQ(log.text, "cl.");
}

TEST(Scope, ErrorsOfStartedJobsAreHeardByWhoAwaitsThem) {
    int collected = 0;
    EXPECT_EQ(sim::run(started_failures, &collected).error(), Error(abi::Error::Exists));
    EXPECT_EQ(collected, 2);
}

TEST(Scope, ValuesThatNobodyTakesAreDropped) {
    EXPECT_TRUE(sim::run(values_are_dropped, std::make_shared<int>(1)).has_value());
}

TEST(Scope, WhatComesAfterTheCancellationIsCancelled) {
    Log log;
    EXPECT_TRUE(sim::run(late, &log).has_value());
    EXPECT_EQ(log.text, "cccn");
}

TEST(Scope, CancellationTakesNoStack) {
    Log log;
    EXPECT_TRUE(sim::run(nested, &log, u64{20'000}).has_value());
    EXPECT_EQ(log.text, "b");
}

} // namespace async
