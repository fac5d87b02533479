#include "libs/ring/queues.hpp"

#include <new>

#include "base/assert.hpp"
#include "libs/ring/shared_word.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: makes the structures of a ring in memory whose size is checked against its shape.

namespace ring {

using base::u32;
using base::u64;

namespace {

constexpr u32 kWordBits = Shape::kPlacesOfWord;

template <class T>
T* at(std::span<std::byte> memory, base::usize offset) {
    return reinterpret_cast<T*>(memory.data() + offset);
}

} // namespace

Queues::Queues(std::span<std::byte> memory, const Shape& shape, std::span<std::byte> hidden)
    : shape_(shape), header_(*at<abi::RingHeader>(memory, 0)),
      submissions_(at<abi::Submission>(memory, sizeof(abi::RingHeader)), shape.submissions),
      completions_(at<abi::Completion>(memory, sizeof(abi::RingHeader) + shape.submissions * sizeof(abi::Submission)),
                   shape.completions),
      is_item_(hidden.empty() ? std::span(&few_items_, 1)
                              : std::span(at<u64>(hidden, 0), hidden.size() / sizeof(u64))) {
    ASSERT(shape.is_valid() && memory.size() >= shape.bytes().value(), "a ring of no valid shape");
    ASSERT(hidden.size() == shape.hidden().value(), "a ring without its hidden part");
}

base::Result<u32> Queues::look() {
    const u32 tail = load_position(header_.submission_tail.position);
    if (tail - submission_head_ > shape_.submissions) {
        return base::Error::Corrupt;
    }
    TRY(reread());
    submission_tail_ = tail;
    return tail - submission_head_;
}

const abi::Submission* Queues::sole() const {
    const bool is_alone = load_position(header_.submission_tail.position) - submission_head_ == 1;
    return is_alone ? &submissions_[submission_head_ & (shape_.submissions - 1)] : nullptr;
}

bool Queues::note_all_read() { return note_all_read(load_position(header_.completion_head.position)); }

bool Queues::note_all_read(u32 head) {
    if (head != completion_tail_) {
        return false;
    }
    completion_head_ = completion_tail_;
    unread_results_ = unread_items_ = 0;
    return true;
}

void Queues::keep_sole(bool has_result) {
    in_flight_ += has_result ? 1 : 0;
    publish_position(header_.submission_head.position, ++submission_head_);
}

base::Result<void> Queues::reread() {
    const u32 head = load_position(header_.completion_head.position);
    if (note_all_read(head)) [[likely]] {
        return {};
    }
    if (completion_tail_ - head > unread()) {
        return base::Error::Corrupt;
    }
    count_as_read(head);
    return {};
}

void Queues::count_as_read(u32 head) {
    for (; completion_head_ != head; ++completion_head_) {
        const u32 place = completion_head_ & (shape_.completions - 1);
        const bool is_item = (is_item_[place / kWordBits] >> place % kWordBits & 1) != 0;
        --(is_item ? unread_items_ : unread_results_);
    }
}

u32 Queues::take_some(u32 most) {
    ASSERT(taken_ == 0, "entries are taken before those before were kept");
    const u32 owed = in_flight_ + unread_results_;
    const u32 places = shape_.completions - shape_.window - owed;
    taken_ = std::min({most, submission_tail_ - submission_head_, places});
    in_flight_ += taken_;
    return taken_;
}

// The ways of every call, part of their callers by the link: these three.
[[gnu::always_inline]] abi::Completion& Queues::finish() {
    ASSERT(in_flight_ != 0, "a result that nobody waits for");
    --in_flight_;
    ++unread_results_;
    return next_place(false);
}

[[gnu::always_inline]] abi::Completion& Queues::add_item() {
    ASSERT(has_window_place(), "an item beyond the window");
    ++unread_items_;
    return next_place(true);
}

[[gnu::always_inline]] abi::Completion& Queues::next_place(bool is_item) {
    const u32 place = completion_tail_++ & (shape_.completions - 1);
    u64& word = is_item_[place / kWordBits];
    word = (word & ~(u64{1} << place % kWordBits)) | u64{is_item} << place % kWordBits;
    return completions_[place];
}

void Queues::publish() {
    publish_position(header_.submission_head.position, submission_head_);
    publish_completions();
}

void Queues::publish_completions() { publish_position(header_.completion_tail.position, completion_tail_); }

} // namespace ring

#pragma clang unsafe_buffer_usage end
