/// What a memory object does for pagers, and for the objects whose frames they supply.
#pragma once

#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

template <Resources S>
base::Result<Progress> MemoryObject<S>::lend(S& source, base::u64 first, std::span<Frame> frames) {
    TRY(check_range(first, frames.size()));
    if (kind_ != Kind::Anonymous) {
        return base::Error::Unsupported;
    }
    Work work(frames.size() * Work::kPageWork);
    return each_page(first, frames.size(), work, [&](base::u64 page, bool& is_replaced) -> base::Result<Outcome> {
        const Outcome outcome = TRY(pin_page(source, page, Want::Write, is_replaced));
        if (outcome == Outcome::Ready) {
            frames[page - first] = tree_.find(page).word.frame();
        }
        return outcome;
    });
}

template <Resources S>
base::Result<void> MemoryObject<S>::give(S& source, base::u64 first, std::span<Frame> frames) {
    TRY(check_range(first, frames.size()));
    if (kind_ != Kind::Anonymous) {
        return base::Error::Unsupported;
    }
    if (sizing_ == Sizing::Fixed) {
        return base::Error::BadState;
    }
    if (tree_.is_any_pinned(first, first + frames.size() - 1) || holds_ != 0) {
        return base::Error::Busy;
    }
    for (base::usize i = 0; i < frames.size(); ++i) {
        frames[i] = TRY(write_page(source, first + i)).frame;
    }
    for (base::usize i = 0; i < frames.size(); ++i) {
        set_word(source, first + i, Word{Tag::Moved});
    }
    return {};
}

template <Resources S>
void MemoryObject<S>::take_back(base::u64 first, std::span<const Frame> frames) {
    Work work(~base::u64{0});
    tree_.visit(first, first + frames.size() - 1, work, [&](base::u64 page, Word& word) {
        ASSERT(word.tag() == Tag::Moved, "a page was taken back that was not given");
        word = Word{Tag::Frame, frames[page - first]};
    });
}

template <Resources S>
base::Result<void> MemoryObject<S>::check_supplied(base::u64 first, base::u64 count) const {
    TRY(check_range(first, count));
    return kind_ == Kind::PagerBacked ? base::Result<void>{} : base::Error::Unsupported;
}

template <Resources S>
base::Result<void> MemoryObject<S>::supply(S& source, base::u64 first, std::span<const Frame> frames, Supply supply,
                                           Want grant) {
    if (frames.size() > kMaximumSupply) {
        return base::Error::InvalidArgument;
    }
    TRY(check_supplied(first, frames.size()));
    TRY(open_absent(source, first, frames.size()));
    const Tag tag = supply == Supply::Lent ? Tag::Foreign : Tag::Frame;
    for (base::usize i = 0; i < frames.size(); ++i) {
        set_word(source, first + i, Word{tag, frames[i]}.with_granted(grant == Want::Write));
    }
    return {};
}

template <Resources S>
base::Result<void> MemoryObject<S>::grant_writing(base::u64 first, base::u64 count) {
    TRY(check_supplied(first, count));
    for (base::u64 page = first; page < first + count; ++page) {
        if (!tree_.find(page).word.has_frame()) {
            return base::Error::NotFound;
        }
    }
    Work work(~base::u64{0});
    tree_.visit(first, first + count - 1, work, [](base::u64, Word& word) { word = word.with_granted(true); });
    return {};
}

template <Resources S>
template <class F>
base::Result<Progress> MemoryObject<S>::withdraw(S& source, base::u64 first, base::u64 count, Work& work, F&& on_page) {
    TRY(check_supplied(first, count));
    if (tree_.is_any_pinned(first, first + count - 1)) {
        return base::Error::Busy;
    }
    const base::u64 next = TRY(tree_.erase(source, first, first + count - 1, work, [&](base::u64 page, Word word) {
        on_page(page, word);
        release(source, word);
    }));
    return Progress{next, Outcome::Ready};
}

template <Resources S>
template <class F>
base::Result<Progress> MemoryObject<S>::clean(base::u64 first, base::u64 count, Work& work, F&& on_page) {
    TRY(check_supplied(first, count));
    const base::u64 next = tree_.visit(first, first + count - 1, work, [&](base::u64 page, Word& word) {
        if (word.is_dirty()) {
            on_page(page, word);
            const bool stays = word.pins() != 0;
            word = word.with_dirty(stays).with_granted(stays && word.is_granted());
        }
    });
    return Progress{next, Outcome::Ready};
}

} // namespace memory_object
