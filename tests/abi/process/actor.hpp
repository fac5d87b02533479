/// Threads that call and wait, and are called and waited for.
#pragma once

#include <atomic>

#include "tests/abi/channel_calls.hpp"
#include "tests/abi/patience.hpp"
#include "tests/abi/process/counters.hpp"
#include "tests/abi/process/own_thread.hpp"

namespace tests::abi {

/// What a thread does: it submits `entry`, if that names anything, and waits; then it shows that it was woken, and what
/// it was woken by, and waits for ever.
struct Script {
    ::abi::Submission entry{};
    u32 waits_for = 1;
    std::atomic<bool> spins{false}; ///< it does not wait meanwhile
    std::atomic<u64> token{0};
    std::atomic<u64> results{0};
    std::atomic<u32> status{0}; ///< of the last result
};

/// A thread with a script, and a channel that it serves.
class Actor {
  public:
    static constexpr OwnThread::RingShape kShape{.submissions = 2, .completions = 8, .window = 4};
    /// More completions than there will be.
    static constexpr u32 kForEver = 8;

    explicit Actor(Calls& calls);

    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;

    ~Actor() {
        thread_.end();
        channel_.drop();
    }

    /// It calls `server` once it is started.
    Actor& calls(const Actor& server, u64 deadline = 0) {
        script.entry = ChannelCalls::call_entry(server.channel_.client, 1);
        script.entry.deadline = deadline;
        return *this;
    }

    Actor& waits_for(u32 completions) {
        script.waits_for = completions;
        return *this;
    }

    Actor& begins_with(const ::abi::Submission& entry) {
        script.entry = entry;
        return *this;
    }

    Error set(const ::abi::SchedulingArguments& arguments) {
        return calls_.call(thread_.thread(), thread_method(::abi::ThreadMethod::SetScheduling), arguments).error;
    }

    void start() { calls_.call(thread_.thread(), thread_method(::abi::ThreadMethod::Start)); }

    void kill() {
        calls_.call(thread_.thread(), thread_method(::abi::ThreadMethod::Kill));
        calls_.call(thread_.thread(), thread_method(::abi::ThreadMethod::Wait));
    }

    [[nodiscard]] ::abi::ThreadScheduling look() const {
        return calls_.call(thread_.thread(), thread_method(::abi::ThreadMethod::Scheduling))
            .answer<::abi::ThreadScheduling>();
    }

    [[nodiscard]] u32 priority() const { return look().running_priority; }

    /// Whether it runs with `priority` soon.
    bool runs_with(u32 priority) const {
        return comes_true(calls_, [&] { return this->priority() == priority; });
    }

    bool was_called() {
        return comes_true(calls_, [&] { return script.token != 0; });
    }

    bool has_results(u64 count) {
        return comes_true(calls_, [&] { return script.results == count; });
    }

    /// This thread answers for it.
    Error answer() { return channel_.answer(script.token); }

    [[nodiscard]] Handle handle() const { return thread_.thread(); }

    Script script;

  private:
    Calls& calls_;
    OwnThread thread_;
    ChannelCalls channel_;
};

constexpr ::abi::SchedulingArguments fifo(u32 priority) { return real_time(::abi::SchedulingClass::Fifo, priority); }

} // namespace tests::abi
