/// Random entries, and whether the kernel let one succeed that it should not have.
#pragma once

#include <array>
#include <span>

#include "abi/handle.hpp"
#include "abi/methods.hpp"
#include "sdk/runtime/program_ring.hpp"

namespace tests::abi::storm {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

/// A capability and what its holder knows that it allows.
struct Known {
    ::abi::Handle handle;
    ::abi::ObjectKind kind;
    ::abi::Permissions permissions;
};

/// What all storms use; nobody changes it.
using Targets = std::span<const Known>;

/// One thread's. The same seed gives the same entries.
class Storm {
  public:
    /// `own_ring` is a capability to `ring` with Write.
    Storm(sdk::runtime::ProgramRing& ring, ::abi::Handle own_ring, Targets targets, u64 seed)
        : ring_(ring), own_ring_(own_ring), targets_(targets), random_(seed) {}

    /// Has `entries` consumed, in batches, and reads what comes. False: a success that its capability does not allow,
    /// or the kernel consumes nothing more.
    bool run(u32 entries);

    [[nodiscard]] u32 successes() const { return successes_; }

    /// Whether run() ended because nothing more was consumed.
    [[nodiscard]] bool stands_still() const { return stands_still_; }

  private:
    /// What was asked, to judge the result by. It travels in the entry's tag: a late answer is judged by its own
    /// question.
    struct Asked {
        u32 count = 0; ///< makes the tag the only one of its ring
        u16 method = 0;
        ::abi::ObjectKind kind = ::abi::ObjectKind::None; ///< None: a wild word, whose permissions nobody noted
        ::abi::Permissions held;
    };

    static constexpr u32 kFound = 8;
    static constexpr u32 kCalls = 16;

    u64 next();

    u32 below(u32 limit) { return static_cast<u32>(next() >> 32) % limit; }

    void add_entry();
    void choose_target(::abi::Submission& entry, Asked& asked);
    void cancel_oldest();
    void finish_forward(::abi::Submission& entry);
    void finish_lease(::abi::Submission& entry);
    void note_call(const ::abi::Submission& entry);
    void fill_head(::abi::Submission& entry);
    void fill_rest(::abi::Submission& entry, const ::abi::MethodEntry* row);
    [[nodiscard]] u64 any_word();
    [[nodiscard]] ::abi::Handle any_handle();
    bool read_all();
    void keep(::abi::Handle handle);
    void drop(::abi::Handle handle);

    sdk::runtime::ProgramRing& ring_;
    ::abi::Handle own_ring_;
    Targets targets_;
    u64 random_;
    u32 successes_ = 0;
    bool stands_still_ = false;
    /// Of calls that nobody may ever answer: the oldest is cancelled when there are many, or nothing more would be
    /// consumed.
    std::array<u64, kCalls> calls_{};
    u32 calls_begun_ = 0;
    u32 calls_cancelled_ = 0;
    u32 asked_ = 0;
    u64 tag_ = 0; ///< of the last entry
    u32 found_at_ = 0;
    std::array<::abi::Handle, kFound> found_{}; ///< capabilities that came
    u64 token_ = 0;                             ///< the last that came
};

} // namespace tests::abi::storm
