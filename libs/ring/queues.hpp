/// The two queues of a ring, as the kernel sees them.
///
///     TRY(queues.look());
///     const u32 count = queues.take_some(most);               // count as in flight
///     for (u32 i = 0; i < count; ++i) {
///         queues.finish() = … queues.taken(i) …;              // its Result
///     }
///     queues.keep(count);
///     queues.publish();
#pragma once

#include <array>
#include <span>

#include "abi/ring.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "libs/ring/shape.hpp"

namespace ring {

/// Used under the ring's lock. Of the completion queue, `window` places are for items that others send, the rest for
/// results: as many entries may be in flight or unread as there are of these, so each result has its place.
class Queues {
  public:
    /// `memory`, of zeros, holds a ring of this valid shape, is shared with the program and outlives this. So does
    /// `hidden`, which is not shared: shape.hidden() of zeros, aligned to words.
    Queues(std::span<std::byte> memory, const Shape& shape, std::span<std::byte> hidden = {});

    Queues(const Queues&) = delete;
    Queues& operator=(const Queues&) = delete;

    [[nodiscard]] const Shape& shape() const { return shape_; }

    /// Looks at what the program wrote: once for each call of the kernel. Answers how many submissions wait. Corrupt:
    /// a position that cannot be right; the ring is not to be used any more.
    base::Result<base::u32> look();

    // A batch of one entry goes a shorter way: sole(), note_all_read(), keep_sole(), and publish only what changed.

    /// The submission that waits, if it is alone; null: there are none, or more, or what the program wrote cannot be
    /// right. Without the lock, by the thread that submits; look() is not needed then.
    [[nodiscard]] const abi::Submission* sole() const;

    /// Whether the program has read all that was completed. If so, nothing is unread.
    [[nodiscard]] bool note_all_read();

    /// The one that sole() found is consumed, and the program is shown that. Its result is owed if it has one.
    void keep_sole(bool has_result);

    /// Whether the result of one more entry would have its place.
    [[nodiscard]] bool has_result_place() const {
        return in_flight_ + unread_results_ < shape_.completions - shape_.window;
    }

    /// Takes at most `most` of those that look() found, as far as there are places for their results, which are owed
    /// from now on. Answers how many. keep() comes before the next.
    base::u32 take_some(base::u32 most);

    /// One of those that were taken. May be called without the lock by who took them.
    [[nodiscard]] const abi::Submission& taken(base::u32 index) const {
        return submissions_[(submission_head_ + index) & (shape_.submissions - 1)];
    }

    /// The first `count` of those that were taken are consumed; nothing has happened to the others.
    void keep(base::u32 count) {
        submission_head_ += count;
        in_flight_ -= taken_ - count;
        taken_ = 0;
    }

    /// The place of a Result that is owed, to be filled before publish().
    abi::Completion& finish();

    /// As finish(), for `count` of them: fill(index, completion) for each.
    template <class Fill>
    void finish_some(base::u32 count, Fill fill) {
        ASSERT(count <= in_flight_, "results that nobody waits for");
        in_flight_ -= count;
        unread_results_ += count;
        for (base::u32 index = 0; index < count; ++index) {
            fill(index, next_place(false));
        }
    }

    /// `count` results that are owed are not wanted.
    void finish_quietly(base::u32 count = 1) { in_flight_ -= count; }

    /// Whether others may send one more.
    [[nodiscard]] bool has_window_place() const { return unread_items_ < shape_.window; }

    /// The place of a Request or Notice, to be filled before publish(). There is one.
    abi::Completion& add_item();

    /// Where the next completion will be.
    [[nodiscard]] base::u32 next_position() const { return completion_tail_; }

    /// Whether the program has read the completion at `position`, one of the last ones, as far as look() or reread()
    /// saw.
    [[nodiscard]] bool is_read(base::u32 position) const { return completion_tail_ - position > unread(); }

    /// Shows the program what was consumed and what was completed.
    void publish();

    /// Shows the program what was completed, and nothing else.
    void publish_completions();

    /// Completions that the program has not read, as far as look() or reread() saw.
    [[nodiscard]] base::u32 unread() const { return completion_tail_ - completion_head_; }

    /// Looks only at what the program has read. Corrupt as of look().
    base::Result<void> reread();

    /// Entries whose result is owed.
    [[nodiscard]] base::u32 in_flight() const { return in_flight_; }

  private:
    abi::Completion& next_place(bool is_item);
    void count_as_read(base::u32 head);
    bool note_all_read(base::u32 head);

    Shape shape_;
    abi::RingHeader& header_;
    std::span<abi::Submission> submissions_;
    std::span<abi::Completion> completions_;
    base::u32 submission_head_ = 0;
    base::u32 submission_tail_ = 0; ///< as of look()
    base::u32 completion_tail_ = 0;
    base::u32 completion_head_ = 0; ///< as of reread()
    base::u32 taken_ = 0;           ///< and not kept
    base::u32 in_flight_ = 0;
    base::u32 unread_results_ = 0;
    base::u32 unread_items_ = 0;
    base::u64 few_items_ = 0;
    std::span<base::u64> is_item_; ///< by place, what the program cannot change: those few, or what is hidden
};

} // namespace ring
