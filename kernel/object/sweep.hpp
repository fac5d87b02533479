/// A change of a memory object reaches all address spaces that show it.
#pragma once

#include "base/ref_ptr.hpp"
#include "kernel/object/flush.hpp"
#include "kernel/object/frame_list.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/object/rendezvous.hpp"
#include "kernel/processor/long_work.hpp"

namespace kernel::object {

class AddressSpace;

/// Goes through the address spaces one after the other, each under its own lock, and waits for none: it is taken up
/// again when the translations of one are gone. It works in slices, the first at once, the others between the threads
/// of the processor. Embedded in the operation that it serves. `done` is called once for each time it was started, with
/// no lock held; that may be before start() returns. What others do to the object meanwhile needs no regard: page
/// tables follow the object, and only what is in them may be taken out once too often.
class Sweep : FlushWait, processor::LongWork {
  public:
    using Done = void (*)(Sweep& sweep);

    explicit Sweep(Done what);
    /// It does not run.
    ~Sweep();

    [[nodiscard]] bool is_running() const { return static_cast<bool>(memory_); }

    /// Pages [first, first + count) of `memory`. What is in `frames` is freed at the end.
    void start(Memory& memory, base::u64 first, base::u64 count, SweepAction action, FrameList& frames);

    /// The same for a whole object that was cloned; writes to it are let again at the end.
    void start_clone(Memory& memory);

  private:
    /// What a slice may do: an entry of page tables that is looked at counts 1.
    static constexpr base::u64 kSlice = 256;
    static constexpr base::u64 kRegionWork = 16;
    /// Of a region, what one slice takes writing away from: whatever its borders, some two thousand entries at most.
    static constexpr base::Bytes kMostWithheld{base::u64{2} << 30};

    /// A part of a region that is still to be swept.
    struct Part {
        base::VirtualAddress start{0};
        base::VirtualAddress end{0};

        [[nodiscard]] bool is_empty() const { return start == end; }
    };

    static void flushed(FlushWait& wait);
    static bool run_slice(LongWork& work);

    void go_on();
    bool run();
    bool find_space();
    base::RefPtr<AddressSpace> next_space();
    bool sweep_space(base::u64& work);
    bool sweep_regions(Environment& e, base::u64& work);
    Part next_part(const address_space::Locked<Environment>& object, base::u64& work);
    base::VirtualAddress sweep_part(Environment& e, Part part, base::u64& work);
    void finish();

    Done swept_;
    base::RefPtr<Memory> memory_;
    base::RefPtr<AddressSpace> space_; ///< where it is; null between two
    bool is_space_done_ = false;       ///< and only a flush of it is waited for
    base::VirtualAddress at_{0};       ///< what lies below in it is swept
    page_table::Gather changes_;       ///< there
    FrameList tables_;                 ///< that became empty there
    base::u64 first_ = 0;
    base::u64 count_ = 0;
    base::u64 last_space_ = 0; ///< its id
    SweepAction action_ = SweepAction::Unmap;
    bool is_clone_ = false;
    Rendezvous meeting_; ///< of run(), which leaves, and the flush, which completes
    FrameList frames_;
};

} // namespace kernel::object
