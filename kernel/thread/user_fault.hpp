/// Who answers the faults of user code.
#pragma once

#include <optional>

#include "base/format.hpp"
#include "base/units.hpp"
#include "kernel/arch/user_fault.hpp"
#include "kernel/thread/disposition.hpp"
#include "libs/shootdown/space.hpp"

namespace kernel::thread {

/// The user half that a thread lives in: its page tables, and what is behind them. Outlives its threads.
class UserSpace {
  public:
    UserSpace(const UserSpace&) = delete;
    UserSpace& operator=(const UserSpace&) = delete;

    /// Its page tables, as the processors' translation caches know them.
    [[nodiscard]] shootdown::Space& translations() const { return translations_; }

    /// Makes the page present and lets the thread go on (done), or keeps it until that has happened (parked). Nothing:
    /// the access is not allowed, and goes on as a fault of the thread.
    virtual std::optional<Disposition> handle_page_fault(Thread& thread, const arch::PageFault& fault) = 0;

  protected:
    explicit UserSpace(shootdown::Space& translations) : translations_(translations) {}

    ~UserSpace() = default;

  private:
    shootdown::Space& translations_;
};

/// Gets the faults of threads that nobody resolves: where the process's fault channel will be.
class FaultHandler {
  public:
    FaultHandler(const FaultHandler&) = delete;
    FaultHandler& operator=(const FaultHandler&) = delete;

    /// May change the thread's registers and let it go on (done), keep it (parked), or end it.
    virtual Disposition handle_fault(Thread& thread, const arch::UserFault& fault) = 0;

  protected:
    FaultHandler() = default;
    ~FaultHandler() = default;
};

/// The running `thread` made `fault`: its space, then its handler, then the end with a report.
Disposition handle_user_fault(Thread& thread, const arch::UserFault& fault);

/// Ends `thread` with a report of its fault.
Disposition end_after_fault(const Thread& thread, const arch::UserFault& fault);

/// "page fault, write of 0x1000, nothing there".
void describe(base::TextSink& sink, const arch::UserFault& fault);

} // namespace kernel::thread
