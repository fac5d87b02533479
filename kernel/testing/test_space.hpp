/// A user half for in-kernel tests, until there are address spaces.
#pragma once

#include <array>
#include <optional>

#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/testing/user_code.hpp"
#include "kernel/thread/thread.hpp"

namespace kernel::testing {

/// Tables of its own, with the code of user_code.S, the clock page, a page to share and stacks. All its frames go back
/// when it dies; its threads must be gone by then. Without memory for all of it is_complete() is false, and no thread
/// is made in it.
class TestSpace final : public thread::UserSpace {
  public:
    static constexpr base::VirtualAddress kCode{0x400000};
    static constexpr base::VirtualAddress kStacks{0x500000};
    static constexpr base::VirtualAddress kClock{0x600000};
    static constexpr base::VirtualAddress kShared{0x700000};
    /// Where a page is made at the first access.
    static constexpr base::VirtualAddress kOnDemand{0x800000};
    static constexpr base::Bytes kOnDemandBytes{16 * base::kPageSize};
    static constexpr base::usize kStackCount = 6;

    TestSpace();
    ~TestSpace();

    [[nodiscard]] bool is_complete() const { return is_complete_; }

    /// What a thread that runs `routine` on stack `number` begins with.
    static Arch::UserEntry entry(UserRoutine routine, base::usize number = 0, base::u64 first = 0, base::u64 second = 0,
                                 base::u64 third = 0);

    /// Where user code finds word `index` of the shared page, and what is there now.
    static base::u64 shared_address(base::usize index) { return kShared.value() + index * sizeof(base::u64); }

    [[nodiscard]] base::u64 shared_word(base::usize index) const;
    void set_shared_word(base::usize index, base::u64 value);

    std::optional<thread::Disposition> handle_page_fault(thread::Thread& thread, const arch::PageFault& fault) override;

    /// Whether faults in kOnDemand park their thread, with the page made, until someone wakes it.
    bool parks = false;
    /// Page faults that came.
    base::u64 faults = 0;

  private:
    struct Tables;

    base::Result<void> fill();
    base::Result<base::PhysicalAddress> take_frame();
    base::Result<void> map(base::VirtualAddress place, base::PhysicalAddress frame, bool is_code, bool is_writable);

    std::array<base::PhysicalAddress, 48> frames_{};
    base::usize frame_count_ = 0;
    base::PhysicalAddress shared_{0};
    shootdown::Space translations_;
    bool is_complete_ = false;
};

} // namespace kernel::testing
