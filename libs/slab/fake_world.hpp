/// A world for tests and benchmarks of the host: each thread says which processor it is.
#pragma once

#include <array>
#include <cstdlib>
#include <thread>

#include "base/spin_lock.hpp"
#include "base/units.hpp"
#include "libs/slab/page_source.hpp"
#include "libs/slab/world.hpp"

namespace slab {

struct FakeWorld {
    struct Context {
        struct State {};

        static State enter() { return {}; }

        static void leave(State) {}

        static void relax() { std::this_thread::yield(); }
    };

    using Lock = base::SpinLock<Context>;
    static constexpr base::LockClass kDepotLock{.rank = 2, .name = "slab depot"};
    static constexpr base::u32 kLargestOrder = 2;
    static constexpr bool kPatterns = true;

    static base::u32 cpu_index() { return cpu; }

    static void open(std::byte*, base::usize) {}

    static void close_object(std::byte*, base::usize) {}

    static void close_red_zone(std::byte*, base::usize) {}

    static void check_is_open(std::byte*, base::usize) {}

    static bool bypasses_magazines() { return refusing; }

    static bool is_allocation_refused() { return refusing && --until_refusal == 0; }

    static inline thread_local base::u32 cpu = 0;
    static inline thread_local bool refusing = false;
    static inline thread_local int until_refusal = 0;
};

/// The same as in a release kernel.
struct PlainWorld : FakeWorld {
    static constexpr bool kPatterns = false;

    static bool bypasses_magazines() { return false; }

    static bool is_allocation_refused() { return false; }
};

/// Blocks from the host's allocator, as many as it may have.
class FakeSource final : public PageSource {
  public:
    explicit FakeSource(base::usize pages = ~base::usize{0}) : left_(pages) {}

    base::Result<std::span<std::byte>> allocate(base::u32 order) override {
        const base::usize bytes = base::kPageSize << order;
        const Guard guard(lock_);
        if (left_ >> order == 0) {
            return base::Error::NoMemory;
        }
        left_ -= base::usize{1} << order;
        used_ += base::usize{1} << order;
        return std::span(static_cast<std::byte*>(std::aligned_alloc(bytes, bytes)), bytes);
    }

    void free(std::span<std::byte> block) override {
        const Guard guard(lock_);
        left_ += block.size() / base::kPageSize;
        used_ -= block.size() / base::kPageSize;
        std::free(block.data());
    }

    [[nodiscard]] base::usize used() const { return used_; }

  private:
    static constexpr base::LockClass kSourceLock{.rank = 3, .name = "frames"};

    struct Guard {
        explicit Guard(FakeWorld::Lock& wanted) : lock(wanted) { static_cast<void>(lock.lock(kSourceLock)); }

        ~Guard() { lock.unlock(kSourceLock, {}); }

        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

        FakeWorld::Lock& lock;
    };

    FakeWorld::Lock lock_;
    base::usize left_;
    base::usize used_ = 0;
};

} // namespace slab
