/// The thread of the second lane, on another processor than the first one.
#pragma once

#include "tests/abi/process/own_thread.hpp"
#include "tests/fuzz/kernel/guest/lane.hpp"

namespace tests::fuzz {

/// Who has nothing to do sleeps, so that an emulator that counts instructions can let time pass.
class Peer {
  public:
    /// `calls` is of the thread that has this.
    Peer(tests::abi::Calls& calls, Shadow& shadow);

    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] ::abi::Handle ring() const { return thread_.ring(); }

    /// Runs `input` as Lane::run() does; it has begun when this returns. finish() waits for its end.
    void begin(Input input, u32 serial, u64 now);
    void finish();

    /// As Lane::end().
    void end();

    /// While it has nothing to do.
    [[nodiscard]] const Lane& lane() const { return *lane_; }

  private:
    static constexpr tests::abi::OwnThread::RingShape kShape{.submissions = 64, .completions = 128, .window = 32};

    /// For completions that are kept.
    static constexpr u64 kStackBytes = 64 << 10;

    enum class Task : u32 { None, Begin, Run, End };

    [[noreturn]] static void serve_for(::abi::RingHeader* header, u64 self);
    [[noreturn]] void serve(tests::abi::Calls& calls);
    void perform(Task task);
    void give(tests::abi::Calls& calls, Task task);
    /// Returns what it is, once it is not `task`.
    Task wait_while(tests::abi::Calls& calls, Task task);

    tests::abi::Calls& calls_;
    Shadow& shadow_;
    tests::abi::OwnThread thread_;
    Lane* lane_ = nullptr; ///< it lives as long as the thread
    std::atomic<Task> task_{Task::None};
    std::atomic<bool> has_begun_{false};
    Input input_;
    u32 serial_ = 0;
    u64 now_ = 0;
};

} // namespace tests::fuzz
