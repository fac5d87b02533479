/// One call of the kernel after the other.
#pragma once

#include <array>
#include <bit>
#include <span>

#include "abi/arguments.hpp"
#include "abi/error.hpp"
#include "abi/handle.hpp"
#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "sdk/runtime/program_ring.hpp"

namespace tests::abi {

using ::abi::Error;
using ::abi::Handle;
using ::abi::HandleMethod;
using ::abi::ObjectKind;
using ::abi::Permissions;
using base::u16;
using base::u32;
using base::u64;
using base::u8;

/// No error.
inline constexpr Error kGood{};

/// What a call came to.
struct Outcome {
    Error error;
    ::abi::Completion completion;

    /// The payload as structure `T`.
    template <class T>
    [[nodiscard]] T answer() const {
        std::array<u8, sizeof(T)> bytes;
        for (base::usize index = 0; index < sizeof(T); ++index) {
            bytes.at(index) = completion.payload.at(index);
        }
        return std::bit_cast<T>(bytes);
    }

    /// The capability in slot `index`.
    [[nodiscard]] Handle handle(base::usize index = 0) const {
        return ::abi::SlotWord{completion.slot.at(index)}.handle();
    }
};

class Calls {
  public:
    /// Who wants what comes and is no result of send() or post().
    class Listener {
      public:
        virtual void take(const ::abi::Completion& done) = 0;

      protected:
        ~Listener() = default;
    };

    Calls(::abi::RingHeader& header, const ::abi::RootBlock& block) : handles_(block.handles), ring_(header, block) {}

    /// A capability that the program began with, or has made for all cases; none if there is none of this kind.
    [[nodiscard]] Handle root(ObjectKind kind) const { return Handle{handles_.at(static_cast<u8>(kind))}; }

    /// The program began with no capability of this kind: `handle` stands for it.
    void set_root(ObjectKind kind, Handle handle) { handles_.at(static_cast<u8>(kind)) = handle.word(); }

    /// The first capability that a `method` of the budget answers, which takes no arguments.
    Handle create(::abi::BudgetMethod method) {
        return call(root(ObjectKind::Budget), ::abi::object_method(ObjectKind::Budget, static_cast<u8>(method)))
            .handle();
    }

    /// A submission of `method`, to be changed and sent.
    static ::abi::Submission entry(Handle capability, u16 method);

    /// Sends `entry` and waits for its result.
    Outcome send(const ::abi::Submission& entry) { return take(post(entry)); }

    /// Sends `entry`, whose result take() waits for. At most a few at the same time.
    u64 post(const ::abi::Submission& entry);
    Outcome take(u64 tag);

    /// Whether the result of post() is there.
    bool has(u64 tag);

    /// The same with `arguments` as payload.
    template <class T>
    static ::abi::Submission with(Handle capability, u16 method, const T& arguments) {
        ::abi::Submission submission = entry(capability, method);
        const auto bytes = std::bit_cast<std::array<u8, sizeof(T)>>(arguments);
        for (base::usize index = 0; index < bytes.size(); ++index) {
            submission.payload.at(index) = bytes.at(index);
        }
        submission.length = sizeof(T);
        return submission;
    }

    /// Whether take() has one.
    [[nodiscard]] bool has_completion() {
        collect();
        return kept_count_ != 0;
    }

    /// Until take() has one.
    void wait();

    /// The next completion that is there; if there is none, one of zeros.
    ::abi::Completion take();

    Outcome call(Handle capability, u16 method) { return send(entry(capability, method)); }

    Outcome call(Handle capability, HandleMethod method) { return call(capability, static_cast<u16>(method)); }

    /// With `arguments` as payload, and perhaps a slot.
    template <class T>
    Outcome call(Handle capability, u16 method, const T& arguments, ::abi::SlotWord slot = {}) {
        ::abi::Submission submission = with(capability, method, arguments);
        if (slot.word() != 0) {
            submission.slots = 1;
            submission.slot[0] = slot.word();
        }
        return send(submission);
    }

    /// A child of `parent` with these permissions; from `expiry` on it has expired.
    Handle derive(Handle parent, Permissions permissions, u64 expiry = 0);

    Error drop(Handle handle) { return call(handle, HandleMethod::Drop).error; }

    /// A Memory of `bytes`.
    Handle create_memory(u64 bytes);

    /// Its word at `offset`; of a failed call, anything.
    u64 read_word(Handle memory, u64 offset);

    void write_word(Handle memory, u64 offset, u64 word);

    /// Monotonic nanoseconds.
    u64 now();

    /// How many entries of the own ring that have `tag` were given up.
    u64 cancel(u64 tag);

    sdk::runtime::ProgramRing& ring() { return ring_; }

    /// From now on nothing is kept for take(). Null: it is.
    void set_listener(Listener* listener) { listener_ = listener; }

  private:
    std::array<u64, ::abi::kObjectKinds> handles_;
    sdk::runtime::ProgramRing ring_;
    void collect();
    /// Where the result with `tag` is; the end: nowhere.
    [[nodiscard]] u32 find(u64 tag) const;
    ::abi::Completion remove(u32 index);

    static constexpr u64 kFirstTag = u64{1} << 32; ///< above those of the cases

    [[nodiscard]] bool is_own(const ::abi::Completion& done) const {
        return (done.flags & ::abi::kCompletionKindMask) == 0 && done.tag > kFirstTag && done.tag <= last_tag_;
    }

    u64 last_tag_ = kFirstTag;
    Listener* listener_ = nullptr;
    u32 kept_count_ = 0;
    std::array<::abi::Completion, 128> kept_{}; ///< what came and was not taken, oldest first
};

/// A capability for the length of a call.
constexpr ::abi::SlotWord lend(Handle handle, Permissions permissions = ::abi::kAllPermissions) {
    return {handle, permissions, ::abi::SlotMode::Lend};
}

/// The method `number` of `kind`, as a Submission names it.
template <class Method>
constexpr u16 method_of(ObjectKind kind, Method number) {
    return ::abi::object_method(kind, static_cast<u8>(number));
}

} // namespace tests::abi
