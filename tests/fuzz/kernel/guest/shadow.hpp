/// What the fuzzer holds and what each allows, as the kernel should know it too: the table that successes are judged
/// by.
#pragma once

#include <array>
#include <atomic>

#include "abi/handle.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "tests/fuzz/kernel/input.hpp"

namespace tests::fuzz {

/// A capability. Moments are counted in what the table is told.
struct Holding {
    static constexpr u32 kNoParent = ~u32{0};
    static constexpr u64 kNever = ~u64{0};

    ::abi::Handle handle;
    ::abi::ObjectKind kind = ::abi::ObjectKind::None; ///< None: nobody knows, and it may allow anything
    ::abi::Permissions permissions;
    u32 parent = kNoParent; ///< place of what it was derived from
    u64 born = 0;
    u64 revoked = kNever; ///< since then it can be given back, no more
    u64 gone = kNever;    ///< since then it names nothing
};

/// Of one input at a time, for both threads.
class Shadow {
  public:
    static constexpr u32 kMost = 256;

    void clear();

    /// Tells of something new. What finds no room is not kept, and false is returned.
    bool add(Holding holding);

    [[nodiscard]] u32 count() const { return count_.load(std::memory_order_acquire); }

    /// What is at `place`, which is below count().
    [[nodiscard]] Holding at(u32 place);

    /// This moment; the next one is another.
    u64 now() { return moment_.fetch_add(1); }

    /// It was given back, or is another process's.
    void end(u32 place);

    /// What had come of `place` at the moment `then` is revoked.
    void revoke(u32 place, u64 then);

  private:
    class Locked;

    std::atomic_flag lock_;
    std::atomic<u32> count_{0};
    std::atomic<u64> moment_{1};
    std::array<Holding, kMost> holdings_{};
};

} // namespace tests::fuzz
