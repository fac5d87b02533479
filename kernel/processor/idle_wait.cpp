#include "kernel/processor/idle_wait.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::processor {

void IdleWait::prepare() {
    const core::Kernel& kernel = core::kernel();
    idle::Offer offer = kernel.hypervisor.offered_waits();
    // Who asks for it may have it also where the hypervisor only imitates it.
    offer.is_watching = offer.is_watching || (kernel.options.idle == idle::Choice::Watch && Arch::can_watch());
    governor_ = idle::Governor(kernel.options.idle, offer);
}

void IdleWait::wait(const mailbox::Mailbox& mailbox) {
    core::Kernel& kernel = core::kernel();
    if (governor_.only_halts()) [[likely]] {
        kernel.hypervisor.idle();
        return;
    }
    const base::Nanoseconds start = kernel.clock.now();
    if (governor_.state() == idle::State::Halt || !look(mailbox)) {
        kernel.hypervisor.idle();
    }
    governor_.note(kernel.clock.now() - start);
}

/// False: it has polled long enough, in vain, and others know that it does not look any more.
bool IdleWait::look(const mailbox::Mailbox& mailbox) {
    // Exchanges, here and in wake(), because each side writes before it reads what the other wrote: one sees the other.
    word_.exchange(Looks, std::memory_order_seq_cst);
    bool has_come = !mailbox.is_empty();
    if (!has_come && governor_.state() == idle::State::Watch) {
        Arch::watch(word_, Looks);
        has_come = true;
    } else if (!has_come) {
        has_come = poll();
    }
    word_.exchange(Away, std::memory_order_seq_cst);
    return has_come || !mailbox.is_empty();
}

bool IdleWait::poll() {
    constexpr base::u32 kLooks = 64; // between two looks at the clock
    const time::Clock& clock = core::kernel().clock;
    const base::Nanoseconds start = clock.now();
    do {
        if (Arch::poll(word_, Looks, kLooks)) {
            return true;
        }
    } while (clock.now() - start < governor_.window());
    return false;
}

bool IdleWait::wake() {
    base::u32 found = Looks;
    return word_.compare_exchange_strong(found, Called, std::memory_order_seq_cst) || found == Called;
}

} // namespace kernel::processor
