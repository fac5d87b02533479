#include "kernel/testing/test_threads.hpp"

#include <algorithm>
#include <array>

#include "kernel/core/kernel.hpp"

namespace kernel::testing {

using base::Nanoseconds;
using namespace base::literals;

namespace {

/// Long enough that a machine in an emulated machine gets on in between.
constexpr Nanoseconds kLook = 1_ms;
constexpr Nanoseconds kPatience{30'000'000'000};

/// Interrupts again and again, so that a sleeping processor looks at what others did.
struct Look : time::Timer {
    Look() : Timer([](time::Timer& timer) { static_cast<Look&>(timer).arm(); }) { arm(); }

    Look(const Look&) = delete;
    Look& operator=(const Look&) = delete;

    ~Look() { processor::this_processor().timers.cancel(*this); }

    void arm() { processor::this_processor().timers.arm(*this, core::kernel().clock.now() + kLook); }
};

} // namespace

thread::Disposition LastWords::handle_fault(thread::Thread& thread, const arch::UserFault& what) {
    fault = what;
    rax = thread.context().frame().rax;
    rbx = thread.context().frame().rbx;
    return thread::Disposition::ended();
}

thread::OwnedThread make_thread(TestSpace& space, processor::Processor& home, const Arch::UserEntry& entry) {
    // In an array, where the compiler does not follow whether it is empty.
    std::array<thread::OwnedThread, 1> thread{};
    if (space.is_complete()) {
        if (auto made = thread::Thread::create(space, home, entry, core::kernel().frames)) {
            thread[0] = *std::move(made);
        }
    }
    return std::move(thread[0]);
}

bool are_made(std::span<const thread::OwnedThread> threads) {
    return std::ranges::all_of(threads, [](const thread::OwnedThread& thread) { return static_cast<bool>(thread); });
}

bool run_until(bool (*done)(void* context), void* context) {
    struct Wait {
        bool (*done)(void* context);
        void* context;
        Nanoseconds deadline;
    } wait{done, context, core::kernel().clock.now() + kPatience};

    const Look look;
    processor::this_processor().threads.run_until(
        [](void* self) {
            const auto& waiting = *static_cast<Wait*>(self);
            return waiting.done(waiting.context) || core::kernel().clock.now() > waiting.deadline;
        },
        &wait);
    return done(context);
}

bool run_until_gone(std::span<thread::OwnedThread> threads) {
    return run_until(
        [](void* context) {
            const auto& all = *static_cast<std::span<thread::OwnedThread>*>(context);
            // In this order: one that has not ended may still wake another that has.
            return std::ranges::all_of(all,
                                       [](const thread::OwnedThread& thread) {
                                           return thread->state() == thread::ThreadState::Ended;
                                       }) &&
                   std::ranges::all_of(all, [](const thread::OwnedThread& thread) { return thread->is_gone(); });
        },
        &threads);
}

bool end_all(std::span<thread::OwnedThread> threads) {
    for (thread::OwnedThread& thread : threads) {
        thread::request_end(*thread);
    }
    return run_until_gone(threads);
}

} // namespace kernel::testing
