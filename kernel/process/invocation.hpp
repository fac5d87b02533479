/// One submission, resolved and checked.
#pragma once

#include <array>
#include <bit>

#include "abi/methods.hpp"
#include "base/result.hpp"
#include "kernel/process/answer.hpp"
#include "kernel/process/object.hpp"
#include "kernel/process/submitter.hpp"
#include "libs/capability/slot.hpp"
#include "libs/ring/request.hpp"
#include "libs/ring/shared_word.hpp"

namespace kernel::process {

/// What became of a submission that did not fail.
enum class Progress : base::u8 {
    Done,  ///< the answer is its result
    Later, ///< an Operation posts the result
    Again, ///< a slice was done; the same submission goes on when the thread has left the kernel once
};

struct Invocation {
    Submitter& submitter;
    Process& process;
    Ring& ring;
    Continuation& continuation;
    const ring::Request& request;
    const abi::Submission& entry; ///< shared with the program: each word is read once
    capability::Slot& slot;

    [[nodiscard]] Object& object() const { return static_cast<Object&>(slot.target()); }

    /// The payload's first bytes.
    template <class T>
    [[nodiscard]] T arguments() const {
        static_assert(sizeof(T) % sizeof(base::u64) == 0 && sizeof(T) <= abi::kPayloadBytes);
        return std::bit_cast<T>(payload_words<sizeof(T) / sizeof(base::u64)>());
    }

    /// What the program put into slot `index`.
    [[nodiscard]] abi::SlotWord slot_word(base::usize index) const {
        return abi::SlotWord{ring::load_once(entry.slot.at(index))};
    }

    template <base::usize kWords>
    [[nodiscard]] std::array<base::u64, kWords> payload_words() const {
        std::array<base::u64, kWords> words;
        for (base::usize index = 0; index < kWords; ++index) {
            words.at(index) = ring::load_word(entry.payload, index);
        }
        return words;
    }
};

using Method = base::Result<Progress> (*)(const Invocation& call, Answer& answer);

/// The live capability of `process` that `handle` names, if it may be used so: the one place where that is decided.
/// BadHandle, WrongType, AccessDenied, Expired, in this order.
base::Result<capability::Slot*> resolve(const Process& process, abi::Handle handle, abi::ObjectKind kind,
                                        abi::Permissions needs);

/// Any one of these lets its holder call; which of them the server asks for is the protocol's affair.
inline constexpr abi::Permissions kCallPermissions = abi::kRead | abi::kWrite | abi::kExecute;

/// A capability that its holder lends for a call, and what may be done through it.
struct Lent {
    capability::Slot& slot;
    abi::Permissions rights; ///< effective ones, as far as the word lends them
};

/// What the word of a submission lends. InvalidArgument: another mode, or bits where zero must be; else as resolve().
base::Result<Lent> resolve_lent(const Process& process, abi::SlotWord word, abi::ObjectKind kind,
                                abi::Permissions needs);

/// The same of a client's end, of which any permission to call is enough.
base::Result<Lent> resolve_lent_client(const Process& process, abi::SlotWord word);

/// As resolve(), for a client's end.
base::Result<capability::Slot*> resolve_client(const Process& process, abi::Handle handle);

/// A capability that its holder gives to another process.
struct Sent {
    capability::Slot& slot;
    abi::Permissions permissions; ///< what the receiver gets
    bool is_moved;                ///< this very capability; else a child of it
};

/// What the word of a submission gives away. Needs Grant for mode Derive, Delegate for Move. InvalidArgument: another
/// mode, bits where zero must be, or permissions taken from what is moved; AccessDenied also if nothing would be given;
/// else as resolve().
base::Result<Sent> resolve_sent(const Process& process, abi::SlotWord word);

/// Resolves, checks and begins the submission `entry`, whose head is `request`.
base::Result<Progress> invoke(Submitter& submitter, const ring::Request& request, const abi::Submission& entry,
                              Answer& answer);

/// The same, for those who do so seldom: no part of their code.
base::Result<Progress> invoke_apart(Submitter& submitter, const ring::Request& request, const abi::Submission& entry,
                                    Answer& answer);

/// Whether what is done in slices has had its time.
bool is_late(const ring::Request& request);

} // namespace kernel::process
