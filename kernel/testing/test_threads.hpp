/// What tests of threads need besides a space.
#pragma once

#include <atomic>
#include <span>

#include "base/units.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/test_space.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::testing {

/// Keeps what a thread's registers were at its last instruction, a fault, and ends it there.
class LastWords final : public thread::FaultHandler {
  public:
    thread::Disposition handle_fault(thread::Thread& thread, const arch::UserFault& fault) override;

    arch::UserFault fault;
    base::u64 rax = 0;
    base::u64 rbx = 0;
};

/// A thread of `space` that begins with `entry` on `home`; not yet woken. Empty for want of memory.
thread::OwnedThread make_thread(TestSpace& space, processor::Processor& home, const Arch::UserEntry& entry);

/// Whether there was memory for all of them.
bool are_made(std::span<const thread::OwnedThread> threads);

/// Runs this processor until `done(context)`, and looks at least every 200 µs. False if that did not happen in 30 s.
bool run_until(bool (*done)(void* context), void* context);

/// Until all are gone.
bool run_until_gone(std::span<thread::OwnedThread> threads);

/// Ends them all and waits for it.
bool end_all(std::span<thread::OwnedThread> threads);

} // namespace kernel::testing
