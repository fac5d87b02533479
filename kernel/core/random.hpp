/// The kernel's random numbers.
#pragma once

#include <atomic>
#include <span>

#include "base/guarded.hpp"
#include "base/types.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/entropy/generator.hpp"

namespace kernel::core {

/// One generator for the kernel, from any processor. Not before the first reseed().
class Random {
  public:
    /// Mixes in what this moment offers: the processor's generators, jitter of its counter, the boot structure's words
    /// and the clock. At boot; after a virtual machine was restored, before anything else runs, or two copies of it
    /// would draw the same numbers; and whenever else.
    void reseed();

    /// Mixes in `bytes`, of which somebody says that others cannot guess them: if that is not so, nothing is lost. The
    /// next number follows from them.
    void add(std::span<const std::byte> bytes) {
        generator_.with([bytes](entropy::Generator& generator) { generator.reseed(bytes); });
    }

    /// How often reseed() was called.
    [[nodiscard]] base::u64 seeds() const { return seeds_.load(std::memory_order_relaxed); }

    base::u64 next() {
        return generator_.with([](entropy::Generator& generator) { return generator.next(); });
    }

    /// Uniform below `bound`, which is not 0.
    base::u64 below(base::u64 bound) {
        return generator_.with([bound](entropy::Generator& generator) { return generator.below(bound); });
    }

  private:
    base::Guarded<entropy::Generator, KernelLock, kRandomLock> generator_;
    std::atomic<base::u64> seeds_{0};
};

} // namespace kernel::core
