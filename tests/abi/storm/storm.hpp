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
    Storm(sdk::runtime::ProgramRing& ring, Targets targets, u64 seed) : ring_(ring), targets_(targets), random_(seed) {}

    /// Submits `entries`, in batches, and reads what comes. False: a success that its capability does not allow.
    bool run(u32 entries);

    [[nodiscard]] u32 successes() const { return successes_; }

  private:
    /// What was asked, to judge the result by; its index is the tag.
    struct Asked {
        ::abi::Permissions held;
        ::abi::ObjectKind kind = ::abi::ObjectKind::None; ///< None: no capability at all
        u16 method = 0;
        bool may_succeed = false;
    };

    static constexpr u32 kAsked = 256;
    static constexpr u32 kFound = 8;

    u64 next();

    u32 below(u32 limit) { return static_cast<u32>(next() >> 32) % limit; }

    void add_entry();
    void fill_head(::abi::Submission& entry);
    void fill_rest(::abi::Submission& entry, const ::abi::MethodEntry* row);
    [[nodiscard]] u64 any_word();
    [[nodiscard]] ::abi::Handle any_handle();
    bool read_all();
    bool is_allowed(const ::abi::Completion& done);
    void keep(::abi::Handle handle);
    void drop(::abi::Handle handle);

    sdk::runtime::ProgramRing& ring_;
    Targets targets_;
    u64 random_;
    u32 successes_ = 0;
    u32 tag_ = 0;
    u32 found_at_ = 0;
    std::array<Asked, kAsked> asked_{};
    std::array<::abi::Handle, kFound> found_{}; ///< capabilities that came
    u64 token_ = 0;                             ///< the last that came
};

} // namespace tests::abi::storm
