/// How a processor waits until it has something to do, and how others wake it.
#pragma once

#include <atomic>

#include "base/types.hpp"
#include "libs/idle/governor.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::processor {

/// Of one processor, which alone waits. It watches or polls a word instead of halting where its Governor says so:
/// then what others have for it needs no interrupt.
class IdleWait {
  public:
    IdleWait() = default;
    IdleWait(const IdleWait&) = delete;
    IdleWait& operator=(const IdleWait&) = delete;

    /// From here on it waits as the machine offers and its user wants; until then it halts. When the hypervisor is
    /// known, with interrupts off.
    void prepare();

    void use(idle::Governor governor) { governor_ = governor; }

    [[nodiscard]] const idle::Governor& governor() const { return governor_; }

    /// Until an interrupt came, or something is in `mailbox`. Interrupts are off, but for meanwhile.
    void wait(const mailbox::Mailbox& mailbox);

    /// Whether it waits now and needs no interrupt. Old when it is told.
    [[nodiscard]] bool is_looking() const { return word_.load(std::memory_order_relaxed) == Looks; }

    /// Something was put into its empty mailbox. From any processor. False: it must be interrupted.
    [[nodiscard]] bool wake();

  private:
    /// What stands in the word.
    enum : base::u32 {
        Away,   ///< it runs, or has halted: it does not look
        Looks,  ///< it does
        Called, ///< and will find that somebody woke it
    };

    bool look(const mailbox::Mailbox& mailbox);
    bool poll();

    alignas(64) std::atomic<base::u32> word_{Away}; ///< alone in its line: a store to that ends a watch
    alignas(64) idle::Governor governor_;
};

} // namespace kernel::processor
