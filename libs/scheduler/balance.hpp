/// What makes the loads of processors more equal.
///
///     const Candidates given(heavier, 1, may_go);
///     const Candidates taken(lighter, 0, may_go);
///     if (const auto found = find_exchange(given.weights(), taken.weights(), heavier.weight() - lighter.weight())) {
///         move(given.at(found->given), 1);
///         …
///     }
#pragma once

#include <array>
#include <optional>
#include <span>

#include "libs/scheduler/run_queue.hpp"

namespace scheduler {

/// Some of the interactive ones that wait in a queue and may go to another processor, heaviest first. For as long as
/// that queue does not change.
class Candidates {
  public:
    static constexpr base::usize kMost = 16;

    /// Of `queue`, to processor `to`. It is asked may_go(context).
    template <class MayGo>
    Candidates(RunQueue& queue, base::u32 to, MayGo may_go) {
        base::usize looked_at = 0;
        queue.for_each_waiting_until([&](Context& context) {
            const bool is_interactive = context.rank() == Rank::of(Parameters::interactive());
            if (is_interactive && context.runner().affinity().contains(to) && may_go(context)) {
                insert(context);
            }
            return ++looked_at == kLookedAt || count_ == kMost;
        });
    }

    /// All that may run there.
    Candidates(RunQueue& queue, base::u32 to) : Candidates(queue, to, [](const Context&) { return true; }) {}

    [[nodiscard]] std::span<const base::u64> weights() const { return std::span(weights_).first(count_); }

    [[nodiscard]] Context& at(base::usize index) const { return *contexts_.at(index); }

    /// One of this weight; null: there is none.
    [[nodiscard]] Context* find(base::u64 weight) const;

  private:
    static constexpr base::usize kLookedAt = 64;

    void insert(Context& context);

    std::array<Context*, kMost> contexts_{};
    std::array<base::u64, kMost> weights_{};
    base::usize count_ = 0;
};

/// The first goes from the heavier queue to the lighter, the others, if any, the other way. Each by its index.
struct Exchange {
    static constexpr base::usize kMost = 4;

    base::usize given = 0;
    std::array<base::usize, kMost> taken{};
    base::usize taken_count = 0;
    base::u64 difference = 0; ///< of the weights, afterwards
};

/// How two queues whose weights differ by `difference` come nearer to each other, as near as it sees: the heavier gives
/// one that has a weight of `giveable`, the lighter some of `takeable`, which are sorted, heaviest first. Nothing: it
/// sees no such way; then it need not be asked again before someone comes or goes.
[[nodiscard]] std::optional<Exchange> find_exchange(std::span<const base::u64> giveable,
                                                    std::span<const base::u64> takeable, base::u64 difference);

/// How often to ask while there was an exchange, or someone came or went.
inline constexpr base::Nanoseconds kBalancePeriod{4'000'000};

} // namespace scheduler
