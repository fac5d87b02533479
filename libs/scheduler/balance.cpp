#include "libs/scheduler/balance.hpp"

#include <algorithm>
#include <span>

namespace scheduler {

using base::u32;
using base::u64;
using base::usize;

namespace {

/// Some of those in a queue that may go to another processor, heaviest first.
class Candidates {
  public:
    Candidates(RunQueue& queue, u32 to) {
        queue.for_each_waiting_until([&](Context& context) {
            const bool is_interactive = context.rank() == Rank::of(Parameters::interactive());
            if (is_interactive && context.runner().affinity().contains(to)) {
                contexts_.at(count_++) = &context;
            }
            return count_ == kMost;
        });
        for (usize end = 1; end < count_; ++end) {
            for (usize at = end; at != 0 && weight(at - 1) < weight(at); --at) {
                std::swap(contexts_.at(at - 1), contexts_.at(at));
            }
        }
    }

    [[nodiscard]] std::span<Context* const> all() const { return std::span(contexts_).first(count_); }

  private:
    static constexpr usize kMost = 16;

    [[nodiscard]] u64 weight(usize index) const { return contexts_.at(index)->scaled_weight(); }

    std::array<Context*, kMost> contexts_{};
    usize count_ = 0;
};

/// Gives `given`, and takes back, heaviest first, what is too much of it to halve `difference`.
Exchange exchange(Context& given, const Candidates& takeable, u64 difference) {
    Exchange result{.given = &given};
    u64 moved = given.scaled_weight();
    for (Context* const context : takeable.all()) {
        const u64 weight = context->scaled_weight();
        if (result.taken_count < Exchange::kMost && 2 * moved >= difference + 2 * weight) {
            result.taken.at(result.taken_count++) = context;
            moved -= weight;
        }
    }
    result.difference = 2 * moved > difference ? 2 * moved - difference : difference - 2 * moved;
    return result;
}

} // namespace

std::optional<Exchange> find_exchange(RunQueue& heavier, u32 heavier_cpu, RunQueue& lighter, u32 lighter_cpu) {
    if (heavier.weight() <= lighter.weight()) {
        return std::nullopt;
    }
    const u64 difference = heavier.weight() - lighter.weight();
    const Candidates giveable(heavier, lighter_cpu);
    const Candidates takeable(lighter, heavier_cpu);
    std::optional<Exchange> best;
    for (Context* const given : giveable.all()) {
        const Exchange found = exchange(*given, takeable, difference);
        if (found.difference < (best ? best->difference : difference)) {
            best = found;
        }
    }
    return best;
}

} // namespace scheduler
