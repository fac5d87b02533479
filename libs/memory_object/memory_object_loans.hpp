/// Pages of a memory object that another one shows for a while.
#pragma once

#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

template <Resources S>
base::Result<void> MemoryObject<S>::tell_frames(base::u64 first, std::span<Frame> frames) const {
    TRY(check_range(first, frames.size()));
    for (base::usize i = 0; i < frames.size(); ++i) {
        const auto frame = frame_of(first + i);
        if (!frame) {
            return base::Error::BadState;
        }
        frames[i] = *frame;
    }
    return {};
}

template <Resources S>
base::Result<void> MemoryObject<S>::borrow(S& source, base::u64 first, std::span<const Frame> frames, Want grant) {
    TRY(check_range(first, frames.size()));
    if (kind_ != Kind::Anonymous) {
        return base::Error::Unsupported;
    }
    TRY(open_absent(source, first, frames.size()));
    const bool is_writable = grant == Want::Write;
    for (base::usize i = 0; i < frames.size(); ++i) {
        const Word word{Tag::Foreign, frames[i]};
        set_word(source, first + i, word.with_granted(is_writable).with_dirty(is_writable).with_pins(1));
        tree_.count_pin(first + i, true);
    }
    return {};
}

template <Resources S>
void MemoryObject<S>::return_borrowed(S& source, base::u64 first, base::u64 count) {
    const base::u64 last = first + count - 1;
    Work work(~base::u64{0});
    tree_.visit(first, last, work, [this](base::u64 page, Word& word) {
        ASSERT(word.tag() == Tag::Foreign && word.pins() == 1, "a page was returned that was not borrowed");
        word = word.with_pins(0);
        tree_.count_pin(page, false);
    });
    const auto next = tree_.erase(source, first, last, work, [](base::u64, Word) {});
    ASSERT(next.has_value() && *next > last, "what was borrowed stays");
}

} // namespace memory_object
