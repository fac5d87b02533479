/// What a batch has come to and has not posted yet.
#pragma once

#include <array>

#include "abi/ring.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"
#include "kernel/process/answer.hpp"
#include "libs/ring/queues.hpp"

namespace kernel::process {

/// Of a thread that submits: its ring's lock is taken once for many results. One with an answer is the last: then they
/// are posted.
class Results {
  public:
    [[nodiscard]] bool must_be_posted() const { return has_answer_ || count_ == kMost; }

    [[nodiscard]] bool is_empty() const { return count_ == 0 && quiet_ == 0; }

    /// An entry with this tag came to `status`.
    void add(base::u64 tag, base::u16 status) { heads_.at(count_++) = {tag, status}; }

    /// An entry succeeded and wants no result.
    void add_quiet() { ++quiet_; }

    /// An entry came to `status` with what answer() holds.
    void add_answered(base::u64 tag, base::u16 status) {
        add(tag, status);
        has_answer_ = true;
    }

    /// Where a method puts its answer. Nothing is in it that was not posted.
    Answer& answer() { return answer_; }

    /// Puts them into `queues`. Afterwards there is none.
    void post(ring::Queues& queues);

  private:
    static constexpr base::u32 kMost = 32;

    struct Head {
        base::u64 tag;
        base::u16 status;
    };

    base::u32 count_ = 0;
    base::u32 quiet_ = 0;
    bool has_answer_ = false; ///< of the last one
    // Not initialised: what was not added is not read.
    std::array<Head, kMost> heads_;
    Answer answer_;
};

/// Fills a completion of kind Result, but for what an answer brings.
inline void write_result(abi::Completion& completion, base::u64 tag, base::u16 status) {
    completion.badge = 0;
    completion.method = 0;
    completion.flags = static_cast<base::u16>(abi::CompletionKind::Result);
    completion.length = 0;
    completion.slots = 0;
    completion.status = status;
    completion.tag = tag;
    completion.reply = 0;
}

/// Fills a completion of kind Notice that brings nothing else.
inline void write_notice(abi::Completion& completion, base::u64 tag) {
    write_result(completion, tag, 0);
    completion.flags = static_cast<base::u16>(abi::CompletionKind::Notice);
}

/// The same: with `tag`, `status` has come to pass.
inline void write_notice(abi::Completion& completion, base::u64 tag, base::Error status) {
    write_notice(completion, tag);
    completion.status = static_cast<base::u16>(status);
}

} // namespace kernel::process
