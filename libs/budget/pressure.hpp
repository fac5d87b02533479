/// A word of warning before a budget refuses.
#pragma once

#include "base/types.hpp"

namespace budget {

/// Embedded in whoever wants to know. Runs when a charge brings usage above `above`, before that charge is granted or
/// refused; then not again until a charge finds usage at or below `rearmed_at`, which is at most `above`.
///
/// It runs under the tree's lock, on the processor of whoever charges: it posts a message, and does not call the tree.
class Pressure {
  public:
    using Run = void (*)(Pressure& pressure);

    constexpr Pressure(base::u64 above, base::u64 rearmed_at, Run run)
        : above_(above), rearmed_at_(rearmed_at), run_(run) {}

    Pressure(const Pressure&) = delete;
    Pressure& operator=(const Pressure&) = delete;

    [[nodiscard]] base::u64 above() const { return above_; }

    [[nodiscard]] base::u64 rearmed_at() const { return rearmed_at_; }

    void run() { run_(*this); }

  private:
    base::u64 above_;
    base::u64 rearmed_at_;
    Run run_;
};

} // namespace budget
