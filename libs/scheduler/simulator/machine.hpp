/// A machine with virtual time on which the scheduler's own code runs scripted threads. The same scenario gives the
/// same schedule each time.
///
///     Machine machine({.nodes = {0, 0}});
///     Thread& hog = machine.spawn("H", Parameters::interactive(), forever({Use{1_ms}}));
///     machine.run_until(10_s);
///     EXPECT_EQ(machine.schedule(0), "H:10000");
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/scheduler/group.hpp"
#include "libs/scheduler/placement.hpp"
#include "libs/scheduler/processor_queue.hpp"
#include "libs/scheduler/simulator/thread.hpp"

namespace scheduler::simulator {

/// What a machine is made of, and which policies it leaves out.
struct Options {
    std::vector<base::u32> nodes{0}; ///< of each processor; processors of one node are near each other
    bool inherits = true;
    bool lends = true;
    bool steals = true;
    bool balances = true;
};

/// So long `thread` ran on `cpu`.
struct Piece {
    base::u32 cpu;
    const Thread* thread;
    base::Nanoseconds from;
    base::Nanoseconds to;
};

class Machine {
  public:
    explicit Machine(const Options& options = {});
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    ~Machine();

    /// Starts a thread now, beside `creator`, in `group` if that is not null.
    Thread& spawn(std::string name, const Parameters& parameters, Script script, Group* group = nullptr,
                  const Thread* creator = nullptr);

    /// The same on one of `cpus` only.
    Thread& spawn_on(std::initializer_list<base::u32> cpus, std::string name, const Parameters& parameters,
                     Script script);

    /// Has act() run at `when`.
    void at(base::Nanoseconds when, std::function<void()> act) { actions_.emplace(when, std::move(act)); }

    void run_until(base::Nanoseconds end);

    [[nodiscard]] base::Nanoseconds now() const { return now_; }

    /// A new group under `parent`, or under the machine's. Its limits are good.
    Group& add_group(const GroupLimits& limits, Group* parent = nullptr);

    [[nodiscard]] Group& root() { return root_; }

    // What happens to processors and threads, now.

    base::u32 add_processor(base::u32 node);

    /// Those on it go elsewhere.
    void remove_processor(base::u32 cpu);

    /// The hypervisor takes `cpu` away, and gives it back.
    void preempt(base::u32 cpu);
    void resume(base::u32 cpu);

    void change(Thread& thread, const Parameters& parameters);
    void set_affinity(Thread& thread, std::initializer_list<base::u32> cpus);
    void wake(Thread& thread);

    // What happened.

    [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

    /// Who ran on `cpu`, and how many milliseconds each, rounded: "A:3 B:3 -:1 A:2"; - is nobody.
    [[nodiscard]] std::string schedule(base::u32 cpu) const;

    [[nodiscard]] base::u64 steals() const { return steals_; }

    [[nodiscard]] base::u64 balances() const { return balances_; }

    /// How often anything had to be decided: interrupts of timers.
    [[nodiscard]] base::u64 decisions() const { return decisions_; }

    [[nodiscard]] const ProcessorQueue& queue(base::u32 cpu) const { return cpus_.at(cpu)->queue; }

  private:
    friend class Thread;

    struct Processor {
        explicit Processor(base::Nanoseconds now) : queue(now), charged_at(now) {}

        ProcessorQueue queue;
        bool is_online = true;
        bool is_preempted = false;
        bool is_dirty = false; ///< who runs is to be decided
        base::Nanoseconds charged_at;
        std::optional<base::Nanoseconds> turn_end;
    };

    struct LockState {
        Thread* owner = nullptr;
        std::deque<Thread*> waiters;
    };

    [[nodiscard]] Processor& processor_of(const Thread& thread) { return *cpus_.at(thread.processor_); }

    [[nodiscard]] Situation situation() const;
    [[nodiscard]] Load load(base::u32 cpu) const;
    [[nodiscard]] static Thread* current(const Processor& processor);

    [[nodiscard]] base::Nanoseconds next_event(base::Nanoseconds end) const;
    void fire_due();
    void release_held();
    void balance();
    void settle();
    void charge(base::u32 cpu);
    void charge_all();
    void decide(base::u32 cpu);
    bool steal(base::u32 cpu);
    void begin_turn(base::u32 cpu);
    void advance(base::u32 cpu);

    void make_ready(Thread& thread);
    void place(Thread& thread, base::u32 cpu);
    void move(Context& context, base::u32 cpu);
    void park(Thread& thread);
    void boost(Thread& thread);

    void perform(Thread& thread, const Use& step);
    void perform(Thread& thread, const Sleep& step);
    void perform(Thread& thread, const Call& step);
    void perform(Thread& thread, const Receive& step);
    void perform(Thread& thread, const Reply& step);
    void perform(Thread& thread, const Lock& step);
    void perform(Thread& thread, const Unlock& step);
    void perform(Thread& thread, const Wait& step);
    void perform(Thread& thread, const Wake& step);
    void perform(Thread& thread, const Yield& step);
    void perform(Thread& thread, const Act& step);
    void end(Thread& thread);
    void serve_next(Thread& server);

    Options options_;
    base::Nanoseconds now_;
    Group root_;
    std::vector<std::unique_ptr<Group>> groups_;
    Topology topology_;
    std::vector<std::unique_ptr<Processor>> cpus_;
    std::vector<std::unique_ptr<Thread>> threads_;
    std::map<base::usize, LockState> locks_;
    std::multimap<base::Nanoseconds, Thread*> sleepers_;
    std::multimap<base::Nanoseconds, std::function<void()>> actions_;
    std::optional<base::Nanoseconds> balance_at_;
    std::vector<Piece> pieces_;
    base::u64 steals_ = 0;
    base::u64 balances_ = 0;
    base::u64 decisions_ = 0;
};

} // namespace scheduler::simulator
