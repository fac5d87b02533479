/// Ranges of a memory object: committing, clearing, copying, pinning, cutting.
#pragma once

#include "base/fill.hpp"
#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

template <Resources S>
base::Result<void> MemoryObject<S>::check_range(base::u64 first, base::u64 count) const {
    if (count == 0) {
        return base::Error::InvalidArgument;
    }
    return first < pages_ && count <= pages_ - first ? base::Result<void>{} : base::Error::OutOfRange;
}

/// step(page, is_replaced) says what the page waits for, if it does. An error is told only if no page is done.
template <Resources S>
template <class F>
base::Result<Progress> MemoryObject<S>::each_page(base::u64 first, base::u64 count, Work& work, F&& step) {
    base::u64 page = first;
    bool is_replaced = false;
    for (; page < first + count && !work.is_spent(); ++page) {
        work.spend(Work::kPageWork);
        const base::Result<Outcome> outcome = step(page, is_replaced);
        if (!outcome && page == first) {
            return outcome.error();
        }
        if (!outcome) {
            break;
        }
        if (*outcome != Outcome::Ready) {
            return Progress{page, *outcome, is_replaced};
        }
    }
    return Progress{page, Outcome::Ready, is_replaced};
}

template <Resources S>
base::Result<MemoryObject<S>> MemoryObject<S>::clone() {
    if (!has_tree()) {
        return base::Error::Unsupported;
    }
    if (tree_.pinned() != 0) {
        return base::Error::Busy;
    }
    const bool is_backed = kind_ == Kind::PagerBacked;
    MemoryObject other(is_backed ? Kind::View : kind_, is_backed ? Tree(pages_) : tree_.clone(), pages_,
                       Sizing::Resizable, FirstWrite::IsRecorded);
    other.tail_ = is_backed ? 0 : tail_;
    other.origin_ = is_backed ? this : origin_;
    other.origin_pages_ = is_backed ? pages_ : origin_pages_;
    if (other.origin_ != nullptr) {
        ++other.origin_->views_;
    }
    return other;
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::commit(S& source, base::u64 first, base::u64 count, Work& work) {
    TRY(check_range(first, count));
    return each_page(first, count, work, [&](base::u64 page, bool& is_replaced) -> base::Result<Outcome> {
        const Resolution found = TRY(resolve(source, page, Want::Write));
        is_replaced |= found.is_replaced;
        return found.outcome;
    });
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::erase(S& source, base::u64 first, base::u64 count, Work& work) {
    const base::u64 next = TRY(tree_.erase(source, first, first + count - 1, work,
                                           [&source](base::u64, Word word) { release(source, word); }));
    return Progress{next, Outcome::Ready, true};
}

template <Resources S>
base::Result<bool> MemoryObject<S>::resize(S& source, base::Bytes size, Work& work) {
    if (!size.is_aligned(base::Bytes{base::kPageSize}) || size > kMaximumSize) {
        return base::Error::InvalidArgument;
    }
    if (!has_tree()) {
        return base::Error::Unsupported;
    }
    if (sizing_ == Sizing::Fixed) {
        return base::Error::BadState;
    }
    const base::u64 pages = base::Pages::within(size).value();
    if (pages < pages_ || tail_ != 0) {
        TRY(shrink(source, std::min(pages, pages_), work));
        if (tail_ != 0) {
            return false;
        }
    }
    TRY(tree_.grow(source, pages));
    pages_ = pages;
    return true;
}

/// Cuts off what is behind `pages`; tail_ is 0 when all of it is gone.
template <Resources S>
base::Result<void> MemoryObject<S>::shrink(S& source, base::u64 pages, Work& work) {
    const base::u64 end = std::max(pages_, tail_);
    if (tree_.is_any_pinned(pages, end - 1)) {
        return base::Error::Busy;
    }
    if (kind_ == Kind::PagerBacked) {
        Work look(~base::u64{0});
        bool is_any = false;
        tree_.visit(pages, end - 1, look, [&](base::u64, Word&) {
            is_any = true;
            look.spend(~base::u64{0});
        });
        if (is_any) {
            return base::Error::Busy;
        }
    }
    const Progress progress = TRY(erase(source, pages, end - pages, work));
    pages_ = pages;
    origin_pages_ = std::min(origin_pages_, pages);
    tail_ = progress.next == end ? 0 : end;
    return {};
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::discard(S& source, base::u64 first, base::u64 count, Work& work) {
    TRY(check_range(first, count));
    if (kind_ != Kind::Anonymous && kind_ != Kind::View) {
        return base::Error::Unsupported;
    }
    if (sizing_ == Sizing::Fixed) {
        return base::Error::BadState;
    }
    if (tree_.is_any_pinned(first, first + count - 1)) {
        return base::Error::Busy;
    }
    return erase(source, first, count, work);
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::zero(S& source, base::u64 first, base::u64 count, Work& work) {
    TRY(check_range(first, count));
    if (kind_ == Kind::Device) {
        return base::Error::Unsupported;
    }
    const bool may_drop = sizing_ == Sizing::Resizable && !tree_.is_any_pinned(first, first + count - 1);
    if (kind_ == Kind::Anonymous && may_drop) {
        return erase(source, first, count, work);
    }
    return each_page(first, count, work,
                     [&](base::u64 page, bool& is_replaced) { return zero_page(source, page, may_drop, is_replaced); });
}

template <Resources S>
base::Result<Outcome> MemoryObject<S>::zero_page(S& source, base::u64 page, bool may_drop, bool& is_replaced) {
    const Word word = tree_.find(page).word;
    const bool is_zero = word.tag() == Tag::Zero || (word.is_absent() && kind_ == Kind::Anonymous);
    if (has_tree() && is_zero) {
        return Outcome::Ready;
    }
    if (kind_ == Kind::View && may_drop) {
        Place place = TRY(tree_.open(source, page));
        const Word old = place.word();
        place.set(Word{Tag::Zero});
        release(source, old);
        is_replaced = true;
        return Outcome::Ready;
    }
    const Resolution found = TRY(resolve(source, page, Want::Write));
    is_replaced |= found.is_replaced;
    if (found.outcome == Outcome::Ready) {
        base::fill_with_zeros(source.bytes(found.frame));
    }
    return found.outcome;
}

/// each(part of the frame, where it stands in what is copied) for every page that `size` bytes from `offset` on touch.
template <Resources S>
template <class F>
base::Result<Progress> MemoryObject<S>::copy(S& source, base::Bytes offset, base::u64 size, Want want, F&& each) {
    const base::Bytes end{pages_ * base::kPageSize};
    if (size == 0) {
        return base::Error::InvalidArgument;
    }
    if (offset >= end || base::Bytes{size} > end - offset) {
        return base::Error::OutOfRange;
    }
    if (kind_ == Kind::Device) {
        return base::Error::Unsupported;
    }
    base::u64 done = 0;
    Outcome outcome = Outcome::Ready;
    bool is_replaced = false;
    while (done < std::min(size, kCopySlice.value())) {
        const base::u64 at = offset.value() + done;
        const base::u64 in_page = at % base::kPageSize;
        const base::Result<Resolution> page = resolve(source, at / base::kPageSize, want);
        if (!page && done == 0) {
            return page.error();
        }
        if (!page || page->outcome != Outcome::Ready) {
            outcome = page ? page->outcome : Outcome::Ready;
            break;
        }
        is_replaced |= page->is_replaced;
        const base::u64 part = std::min(base::kPageSize - in_page, std::min(size, kCopySlice.value()) - done);
        each(std::span<std::byte>{source.bytes(page->frame)}.subspan(in_page, part), done);
        done += part;
    }
    return Progress{offset.value() + done, outcome, is_replaced};
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::read(S& source, base::Bytes offset, std::span<std::byte> to) {
    return copy(source, offset, to.size(), Want::Read,
                [to](std::span<std::byte> part, base::u64 done) { std::ranges::copy(part, to.subspan(done).begin()); });
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::write(S& source, base::Bytes offset, std::span<const std::byte> from) {
    return copy(source, offset, from.size(), Want::Write, [from](std::span<std::byte> part, base::u64 done) {
        std::ranges::copy(from.subspan(done, part.size()), part.begin());
    });
}

template <Resources S>
base::Result<Progress> MemoryObject<S>::pin(S& source, base::u64 first, base::u64 count, Want want, Work& work) {
    TRY(check_range(first, count));
    return each_page(first, count, work,
                     [&](base::u64 page, bool& is_replaced) { return pin_page(source, page, want, is_replaced); });
}

template <Resources S>
base::Result<void> MemoryObject<S>::unpin(base::u64 first, base::u64 count) {
    TRY(check_range(first, count));
    if (!has_tree()) {
        if (other_pins_ < count) {
            return base::Error::BadState;
        }
        other_pins_ -= count;
        return {};
    }
    for (base::u64 page = first; page < first + count; ++page) {
        if (tree_.find(page).word.pins() == 0) {
            return base::Error::BadState;
        }
    }
    for (base::u64 page = first; page < first + count; ++page) {
        unpin_page(page);
    }
    return {};
}

template <Resources S>
base::Result<void> MemoryObject<S>::commit_block(S& source, base::u64 first, Frame block) {
    if (first % kBlockPages != 0) {
        return base::Error::InvalidArgument;
    }
    TRY(check_range(first, kBlockPages));
    if (kind_ != Kind::Anonymous) {
        return base::Error::Unsupported;
    }
    TRY(open_absent(source, first, kBlockPages));
    for (base::u64 i = 0; i < kBlockPages; ++i) {
        set_word(source, first + i, Word{Tag::Frame, block + base::Bytes{i * base::kPageSize}});
    }
    return {};
}

template <Resources S>
base::Result<Frame> MemoryObject<S>::block_at(S& source, base::u64 first) {
    if (first % kBlockPages != 0) {
        return base::Error::InvalidArgument;
    }
    TRY(check_range(first, kBlockPages));
    const Frame block = TRY(frame_of(first));
    if (!block.is_aligned(base::Bytes{kBlockPages * base::kPageSize})) {
        return base::Error::NotFound;
    }
    if (!has_tree()) {
        return block;
    }
    base::u64 good = 0;
    for (base::u64 i = 0; i < kBlockPages; i += kNodePlaces) {
        good += kind_ == Kind::Anonymous && !tree_.find(first + i).is_shared ? 0 : kBlockPages;
    }
    Work work(~base::u64{0});
    tree_.visit(first, first + kBlockPages - 1, work, [&](base::u64 page, Word& word) {
        const Frame expected = block + base::Bytes{(page - first) * base::kPageSize};
        const bool is_good = word.tag() == Tag::Frame && word.frame() == expected && !source.is_frame_shared(expected);
        good += is_good ? 1 : 0;
    });
    return good == kBlockPages ? base::Result<Frame>{block} : base::Error::NotFound;
}

/// Opens the places of [first, first + count), which must be absent, so that set_word() cannot fail. Exists, NoMemory:
/// nothing has changed.
template <Resources S>
base::Result<void> MemoryObject<S>::open_absent(S& source, base::u64 first, base::u64 count) {
    base::Result<void> opened;
    for (base::u64 page = first; page < first + count && opened; ++page) {
        const auto place = tree_.open(source, page);
        if (!place || !place->word().is_absent()) {
            opened = place ? base::Error::Exists : place.error();
        }
    }
    for (base::u64 page = first; page < first + count && !opened; ++page) {
        tree_.tidy(source, page);
    }
    return opened;
}

/// Of a page whose place this tree owns.
template <Resources S>
void MemoryObject<S>::set_word(S& source, base::u64 page, Word word) {
    auto place = tree_.open(source, page);
    ASSERT(place.has_value(), "a place that was opened is gone");
    place->set(word);
}

template <Resources S>
bool MemoryObject<S>::destroy(S& source, Work& work) {
    ASSERT(pinned_pages() == 0 && views_ == 0, "a memory object in use was destroyed");
    const base::u64 last = tree_.limit() - 1;
    const auto next = tree_.erase(source, 0, last, work, [&source](base::u64, Word word) { release(source, word); });
    if (!next || *next <= last) {
        return false;
    }
    while (has_block_ && !work.is_spent()) {
        work.spend(Work::kErasedWork);
        source.release_frame(frame_in_row(--pages_));
        has_block_ = pages_ != 0;
    }
    if (has_block_) {
        return false;
    }
    if (MemoryObject* const origin = std::exchange(origin_, nullptr)) {
        --origin->views_;
    }
    return true;
}

} // namespace memory_object
