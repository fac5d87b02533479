/// Who decides in a simulation which of several things happens next.
#pragma once

#include <array>
#include <map>
#include <span>
#include <vector>

#include "base/types.hpp"

namespace async::sim {

/// Asked only where there are at least two things. Remembers what it said.
class Chooser {
  public:
    virtual ~Chooser() = default;

    /// One of `identities`, by its place. The same thing has the same identity as long as it has not happened.
    base::usize choose(std::span<const base::u64> identities);

    /// A number for the simulated world: clocks, disks, keys.
    [[nodiscard]] virtual base::u64 entropy() = 0;

    struct Choice {
        base::usize chosen;
        base::usize of;
    };

    [[nodiscard]] const std::vector<Choice>& choices() const { return choices_; }

  private:
    virtual base::usize pick(std::span<const base::u64> identities) = 0;

    std::vector<Choice> choices_;
};

/// SplitMix64: numbers that only their seed decides, on every machine.
class Random {
  public:
    explicit Random(base::u64 seed) : state_(seed) {}

    base::u64 next();

    /// At most `limit` - 1.
    base::u64 below(base::u64 limit) { return next() % limit; }

  private:
    base::u64 state_;
};

/// By a seed. Odd seeds choose uniformly. Even ones give each Job a priority, at random, and run the highest; at three
/// moments, at random, the one that would run drops below all others. Bugs that need few things in one order are found
/// so: see Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs (2010).
class SeededChooser final : public Chooser {
  public:
    explicit SeededChooser(base::u64 seed);

    [[nodiscard]] base::u64 entropy() override { return world_.next(); }

  private:
    base::usize pick(std::span<const base::u64> identities) override;
    base::usize highest(std::span<const base::u64> identities);
    base::u64& priority_of(base::u64 identity);

    static constexpr base::usize kChangePoints = 3;

    Random random_;
    Random world_; ///< apart, so that a shorter prefix of choices leaves the world as it was
    bool is_uniform_;
    base::u64 step_ = 0;
    std::array<base::u64, kChangePoints> change_points_{};
    base::u64 lowest_ = kChangePoints; ///< the next priority below all others
    std::map<base::u64, base::u64> priorities_;
};

/// Repeats choices; behind them, always the first.
class ReplayChooser final : public Chooser {
  public:
    /// `seed`: for entropy().
    ReplayChooser(std::span<const Choice> prefix, base::u64 seed);

    [[nodiscard]] base::u64 entropy() override { return world_.next(); }

  private:
    base::usize pick(std::span<const base::u64> identities) override;

    std::vector<Choice> prefix_;
    base::usize next_ = 0;
    Random world_;
};

} // namespace async::sim
