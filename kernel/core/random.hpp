/// The kernel's random numbers.
#pragma once

#include <array>
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

    /// Mixes in `bytes`, of which somebody says that others cannot guess them: if that is not so, nothing is lost.
    void add(std::span<const std::byte> bytes) {
        generator_.with([bytes](Source& source) {
            source.generator.reseed(bytes);
            source.forget();
        });
    }

    /// How often reseed() was called.
    [[nodiscard]] base::u64 seeds() const { return seeds_.load(std::memory_order_relaxed); }

    base::u64 next() {
        return generator_.with([](Source& source) { return source.next(); });
    }

    /// Uniform below `bound`, which is not 0.
    base::u64 below(base::u64 bound) {
        return generator_.with([bound](Source& source) { return source.generator.below(bound); });
    }

    /// Gives `child` a seed of its own.
    void fork(entropy::Generator& child) {
        generator_.with([&child](Source& source) { source.generator.fork(child); });
    }

  private:
    /// Numbers are drawn in blocks: most of what a draw costs is that its generator moves on, so that nothing given
    /// before can be told from its state. What is given is forgotten here too.
    struct Source {
        static constexpr base::usize kBlock = 16;

        base::u64 next();

        /// What was drawn ahead is never given.
        void forget() {
            block.fill(0);
            left = 0;
        }

        entropy::Generator generator;
        std::array<base::u64, kBlock> block{}; ///< the first `left` are yet to be given
        base::usize left = 0;
    };

    base::Guarded<Source, KernelLock, kRandomLock> generator_;
    std::atomic<base::u64> seeds_{0};
};

} // namespace kernel::core
