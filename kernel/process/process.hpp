/// `Process`: an address space, what it holds, and who pays.
#pragma once

#include <atomic>

#include "abi/arguments.hpp"
#include "abi/call.hpp"
#include "base/intrusive_list.hpp"
#include "base/intrusive_tree.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/process/budget_object.hpp"
#include "kernel/process/capability_space.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/operation.hpp"
#include "kernel/process/ring.hpp"
#include "kernel/processor/long_work.hpp"
#include "libs/rate_limit/rate_limit.hpp"

namespace kernel::process {

class LentEnd;
template <class T>
class Registry;
class ProgramThread; // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final, which this does not say

/// Why something is no more, and the code that goes with it.
struct Ending {
    abi::EndReason reason = abi::EndReason::None;
    base::u64 code = 0;
};

/// What waiting for an end answers.
Answer answer_of(const Ending& ending);

/// Held by its capabilities, by its threads, and by its own end. It ends when a thread exits or breaks the rules, when
/// it is killed, or when nobody holds it: first its threads, then all that it holds, a slice at a time. What is left
/// tells how it ended.
class Process final : public Object,
                      public base::RefCounted<Process>,
                      public base::TreeLink<Registry<Process>>,
                      public processor::LongWork {
  public:
    /// Called once, at the first moment of the end, with no lock held.
    using Ends = void (*)(const Ending& ending);

    /// An empty one whose memory is `space`. NoMemory, OverBudget.
    static base::Result<base::RefPtr<Process>> create(BudgetObject& payer, base::RefPtr<object::AddressSpace> space,
                                                      bool may_write_debug);

    /// For create().
    Process(BudgetObject& payer, base::RefPtr<object::AddressSpace> space, bool may_write_debug,
            base::u32 first_generation);

    static void destroy(Process& process);

    /// Pays for it and all that it has; lives until all of that is given back.
    [[nodiscard]] BudgetObject& payer() const { return payer_; }

    [[nodiscard]] budget::Budget& budget() const { return payer_.budget(); }

    [[nodiscard]] CapabilitySpace& capabilities() { return capabilities_; }

    [[nodiscard]] const CapabilitySpace& capabilities() const { return capabilities_; }

    [[nodiscard]] bool may_write_debug() const { return may_write_debug_; }

    /// Whether it may write `bytes` by DebugWrite now; they are counted then.
    bool admit_debug_write(base::u32 bytes);

    /// Before anything of it runs.
    void set_ends(Ends ends) { ends_ = ends; }

    /// BadState: it has ended.
    base::Result<base::RefPtr<object::AddressSpace>> address_space();

    /// Who hears of the faults of its threads; null: nobody. `which` is abi::kFaultHandler or abi::kDebugger.
    base::RefPtr<LentEnd> fault_channel(base::usize which);
    /// BadState: it has ended.
    base::Result<void> set_fault_channel(base::usize which, base::RefPtr<LentEnd>&& channel);

    [[nodiscard]] bool has_fault_channel() const { return has_fault_channel_.load(std::memory_order_relaxed); }

    /// Whether a thread of it is who answers calls through `channel`.
    [[nodiscard]] bool is_served_by_itself(const LentEnd& channel);

    /// Whether `space` is its memory. It may have ended.
    [[nodiscard]] bool is_in(const object::AddressSpace& space) const { return space_id_ == space.id(); }

    /// Clears a slice of what a large ring of `shape` will stand in, in `frames`, which may be those of another shape
    /// before. Whether create_ring() may follow. InvalidArgument: no such shape; BadState: it has ended; NoMemory,
    /// OverBudget.
    base::Result<bool> prepare_ring(const ring::Shape& shape, RingFrames& frames);

    /// A ring of it: in its arena or, if it is large or `address` is not 0, in pages of its own, mapped there.
    /// What was prepared is in `frames`; else all of it is cleared at once. InvalidArgument: no such shape; BadState:
    /// it has ended; errors as of AddressSpace::map(); NoMemory, OverBudget.
    base::Result<base::RefPtr<Ring>> create_ring(const ring::Shape& shape, base::VirtualAddress address,
                                                 RingFrames&& frames = {});

    /// `ring` of it was made, and nothing can take that back: the first chunk of the arena stays until the end.
    void keep_arena(const Ring& ring);

    /// Nothing stands at `place` any more.
    void give_back(const RingPlace& place);

    /// `ring` of it is gone.
    void remove_ring(Ring& ring);

    /// A call was delivered to it.
    void note_service() {
        if (!has_served_.load(std::memory_order_relaxed)) {
            has_served_.store(true, std::memory_order_relaxed);
        }
    }

    /// Ends it soon with all its threads, unless it is ending already.
    void end(const Ending& ending);

    /// Threads that have not ended.
    [[nodiscard]] base::u32 threads();

    [[nodiscard]] Ending ending();

    /// Whether `operation` waits for the end from now on. False: it has ended, and `ending` tells how.
    bool wait(Operation& operation, Ending& ending);

  private:
    friend class FaultCall;
    friend class ProgramThread;

    /// Under the lock, which is also that of its threads' states.
    struct State {
        base::IntrusiveList<ProgramThread, Process> threads;
        base::IntrusiveList<Ring, RingsOfProcess> rings;
        RingArena arena;
        OperationList waits;
        std::array<base::RefPtr<LentEnd>, 2> fault_channels;
        Ending ending;
        rate_limit::RateLimit debug_writes{abi::kDebugBytesPerSecond, base::Nanoseconds{1'000'000'000}};
        bool is_over = false;    ///< all that it had is given back
        bool is_at_work = false; ///< a slice of its end runs or is to come
    };

    template <class F>
    auto locked(F&& body) {
        return state_.with([&](State& state) { return body(state); });
    }

    /// Under the lock: whether the caller must start_work() when it has left it, for the last thread is gone.
    static bool is_work_due(State& state);
    void start_work();
    bool run_end_slice();
    /// False: threads are still to be told, or told and not gone; then `is_at_work` says whether to come again.
    bool end_threads(bool& is_at_work);
    base::Result<RingPlace> take_place(object::AddressSpace& space, const ring::Shape& shape,
                                       base::VirtualAddress address, RingFrames&& frames);
    base::Result<RingChunk*> create_chunk(object::AddressSpace& space, base::Bytes least, base::Bytes best);
    bool close_rings();
    bool end_service();
    void finish();

    BudgetObject& payer_;
    const base::u64 space_id_;
    base::RefPtr<object::AddressSpace> space_; ///< under the lock
    CapabilitySpace capabilities_;
    bool may_write_debug_;
    bool is_dying_ = false;               ///< nobody holds it
    std::atomic<bool> has_served_{false}; ///< calls were delivered to it
    std::atomic<bool> has_fault_channel_{false};
    base::u32 next_call_ = 0; ///< of the pool: how far end_service() came
    Ends ends_ = nullptr;
    base::Guarded<State, core::KernelLock, core::kProcessLock> state_;
};

} // namespace kernel::process
