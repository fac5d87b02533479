/// Memory that runs out when a test wants it to.
#pragma once

#include <new>
#include <optional>

#include "async/frame_source.hpp"

namespace async::sim {

/// Counts what it gave, and refuses from one time on, or once. One thread.
class SimSource final : public FrameSource {
  public:
    /// The next `good` times succeed, the one behind them fails, and all later ones succeed again.
    void fail_after(base::u64 good) { good_ = good; }

    [[nodiscard]] void* take(base::usize bytes) override {
        if (good_ && (*good_)-- == 0) {
            good_.reset();
            return nullptr;
        }
        ++taken_;
        return ::operator new(bytes, std::nothrow);
    }

    void give(void* memory, base::usize bytes) override {
        --taken_;
        ::operator delete(memory, bytes);
    }

    /// How many pieces are out.
    [[nodiscard]] base::u64 taken() const { return taken_; }

    /// Whether a failure that was asked for has not come yet.
    [[nodiscard]] bool will_fail() const { return good_.has_value(); }

  private:
    std::optional<base::u64> good_;
    base::u64 taken_ = 0;
};

} // namespace async::sim
