/// Processes that the test makes, and what they run.
#pragma once

#include "tests/abi/calls.hpp"
#include "tests/abi/process/routine.hpp"

namespace tests::abi {

/// A process with the second program mapped into it, and a page that it shares with the test.
struct Child {
    Handle process;
    Handle space;
};

/// What a thread of it begins with.
struct Beginning {
    Routine routine;
    u64 first = 0;
    u64 second = 0;
    u64 third = 0;
    u64 processor = 0;
};

class Children {
  public:
    /// Where the shared page stands in each of them.
    static constexpr u64 kBoard = 0x5000'0010'0000;
    static constexpr u64 kCode = 0x5000'0000'0000;

    explicit Children(Calls& calls);

    Child create(u64 flags = 0);

    /// A ring of 2 submissions and 4 completions, of which 1 is for others.
    Outcome create_ring(const Child& child);

    /// A thread of it, perhaps bound to `ring`; not started.
    Outcome create_thread(const Child& child, const Beginning& beginning, Handle ring = {});

    /// The same, started.
    Handle start(const Child& child, const Beginning& beginning, Handle ring = {});

    Error thread_call(Handle thread, ::abi::ThreadMethod method) {
        return calls_.call(thread, method_of(ObjectKind::Thread, method)).error;
    }

    Error kill(const Child& child) {
        return calls_.call(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Kill)).error;
    }

    /// Waits for the end.
    ::abi::EndReport wait(const Child& child) {
        return calls_.call(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::Wait))
            .answer<::abi::EndReport>();
    }

    ::abi::EndReport wait_for_thread(Handle thread) {
        return calls_.call(thread, method_of(ObjectKind::Thread, ::abi::ThreadMethod::Wait)).answer<::abi::EndReport>();
    }

    ::abi::ProcessState state(const Child& child) {
        return calls_.call(child.process, method_of(ObjectKind::Process, ::abi::ProcessMethod::State))
            .answer<::abi::ProcessState>();
    }

    /// Gives the capabilities back.
    void drop(const Child& child) {
        calls_.drop(child.space);
        calls_.drop(child.process);
    }

    /// The word `index` of the shared page. SAFETY: volatile, for others write it.
    [[nodiscard]] volatile u64& board(u64 index) const;

    /// Where it stands here; in each of them, at kBoard and as far behind.
    [[nodiscard]] u64 address(u64 index) const { return board_ + sizeof(u64) * index; }

    /// Unmaps and drops what all of them share.
    void end();

    Calls& calls() { return calls_; }

  private:
    Outcome map(Handle space, Handle memory, u64 access, u64 address);

    Calls& calls_;
    Handle code_;
    Handle shared_;
    u64 board_ = 0;
};

/// A call with nothing but a slot.
Outcome call_with_slot(Calls& calls, Handle capability, u16 method, ::abi::SlotWord slot);

} // namespace tests::abi
