/// Threads that run as much as they may.
#pragma once

#include "tests/abi/checks.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/children.hpp"

namespace tests::abi {

inline constexpr u32 kWeight = 1024;

constexpr u16 thread_method(::abi::ThreadMethod method) { return method_of(ObjectKind::Thread, method); }

constexpr ::abi::SchedulingArguments fair(::abi::SchedulingClass of, u32 weight = kWeight, u64 slice = 0) {
    return {static_cast<u32>(of), 0, weight, 0, slice};
}

constexpr ::abi::SchedulingArguments real_time(::abi::SchedulingClass of, u32 priority, u64 slice = 0) {
    return {static_cast<u32>(of), priority, 0, 0, slice};
}

/// Threads that count, each in a word of its own of the shared page.
class Counters {
  public:
    Counters(Children& children, Checks& checks)
        : children_(children), calls_(children.calls()), checks_(checks), child_(children.create()) {}

    /// Not started.
    Handle create(u64 number, u64 processor = 0) {
        return children_
            .create_thread(
                child_,
                {.routine = Routine::Spin, .first = Children::kBoard + sizeof(u64) * number, .processor = processor})
            .handle();
    }

    /// Scheduled so, and started.
    Handle start(u64 number, const ::abi::SchedulingArguments& arguments, u64 processor = 0) {
        const Handle thread = create(number, processor);
        checks_.equal("set_scheduling", "a new one", set(thread, arguments), kGood);
        checks_.equal("start", "it", children_.thread_call(thread, ::abi::ThreadMethod::Start), kGood);
        return thread;
    }

    Error set(Handle thread, const ::abi::SchedulingArguments& arguments) {
        return calls_.call(thread, thread_method(::abi::ThreadMethod::SetScheduling), arguments).error;
    }

    Error move(Handle thread, const ::abi::AffinityMask& mask) {
        return calls_.call(thread, thread_method(::abi::ThreadMethod::SetAffinity), mask).error;
    }

    ::abi::ThreadScheduling look(Handle thread) {
        return calls_.call(thread, thread_method(::abi::ThreadMethod::Scheduling)).answer<::abi::ThreadScheduling>();
    }

    [[nodiscard]] auto& count(u64 number) const { return children_.board(number); }

    /// This thread runs on.
    void work(u64 span) {
        const u64 end = calls_.now() + span;
        while (calls_.now() < end) {
        }
    }

    void sleep(u64 span) { abi::sleep(calls_, span); }

    /// As of abi::comes_true().
    template <class Holds>
    bool comes_true(Holds holds) {
        return abi::comes_true(calls_, holds);
    }

    void end(Handle thread) {
        children_.thread_call(thread, ::abi::ThreadMethod::Kill);
        children_.wait_for_thread(thread);
        calls_.drop(thread);
    }

    ~Counters() {
        children_.kill(child_);
        children_.wait(child_);
        children_.drop(child_);
    }

    Counters(const Counters&) = delete;
    Counters& operator=(const Counters&) = delete;

  private:
    Children& children_;
    Calls& calls_;
    Checks& checks_;
    Child child_;
};

} // namespace tests::abi
