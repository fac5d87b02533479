/// A second thread of the test's own process.
#pragma once

#include "abi/start.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi {

/// Runs a function of the test, with a ring and a stack of its own, until it is ended.
class OwnThread {
  public:
    struct RingShape {
        u32 submissions;
        u32 completions;
        u32 window;
    };

    /// Its ring as the thread itself uses it.
    static sdk::runtime::ProgramRing ring_at(::abi::RingHeader& header, RingShape shape);

    /// Does not return.
    using Function = void (*)(::abi::RingHeader* header, u64 argument);

    static constexpr u64 kUsualStack = 16 << 10;

    /// `stack_bytes` are whole pages.
    OwnThread(Calls& calls, RingShape shape, u64 stack_bytes = kUsualStack);

    [[nodiscard]] Handle ring() const { return ring_; }

    [[nodiscard]] Handle thread() const { return thread_; }

    /// Not started; it will run on `processor`.
    void create(Function function, u64 argument, u64 processor = 0);

    void start(Function function, u64 argument);

    void end();

  private:
    Calls& calls_;
    u64 stack_bytes_;
    Handle ring_;
    Handle stack_;
    Handle thread_;
    u64 header_ = 0;
    u64 address_ = 0;
};

} // namespace tests::abi
