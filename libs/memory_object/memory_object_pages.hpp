/// One page of a memory object: what an access finds, and what it changes.
#pragma once

#include "libs/memory_object/memory_object.hpp"

namespace memory_object {

template <Resources S>
base::Result<Resolution> MemoryObject<S>::resolve(S& source, base::u64 page, Want want) {
    if (page >= pages_) {
        return base::Error::OutOfRange;
    }
    if (!has_tree()) {
        return Resolution{Outcome::Ready, frame_in_row(page), true};
    }
    return want == Want::Read ? read_page(source, page) : write_page(source, page);
}

template <Resources S>
base::Result<Resolution> MemoryObject<S>::read_page(S& source, base::u64 page) {
    const auto [word, is_shared] = tree_.find(page);
    switch (word.tag()) {
    case Tag::Absent: return read_absent(source, page);
    case Tag::Zero: return Resolution{Outcome::Ready, source.zero_frame(), false};
    case Tag::Frame:
        return Resolution{Outcome::Ready, word.frame(),
                          kind_ == Kind::PagerBacked ? word.is_dirty()
                                                     : !is_shared && !source.is_frame_shared(word.frame())};
    case Tag::Foreign: return Resolution{Outcome::Ready, word.frame(), word.is_dirty()};
    case Tag::Poisoned: return base::Error::DeviceError;
    case Tag::Compressed:
    case Tag::Moved: break;
    }
    return base::Error::BadState;
}

template <Resources S>
base::Result<Resolution> MemoryObject<S>::read_absent(S& source, base::u64 page) {
    if (kind_ == Kind::PagerBacked) {
        return Resolution{Outcome::AskThePager, {}, false};
    }
    if (is_of_origin(page)) {
        Resolution found = TRY(origin_->resolve(source, page, Want::Read));
        found.is_writable = false;
        return found;
    }
    return Resolution{Outcome::Ready, source.zero_frame(), false};
}

template <Resources S>
[[gnu::always_inline]] inline base::Result<Resolution> MemoryObject<S>::write_page(S& source, base::u64 page) {
    if (holds_ != 0 && must_be_held(source, page)) [[unlikely]] {
        return Resolution{Outcome::Held, {}, false};
    }
    const Place place = TRY(tree_.open(source, page));
    const auto resolved = write_place(source, page, place);
    if (!resolved || resolved->outcome != Outcome::Ready) [[unlikely]] {
        tree_.tidy(source, page);
    }
    return resolved;
}

template <Resources S>
bool MemoryObject<S>::must_be_held(S& source, base::u64 page) const {
    const auto [word, is_shared] = tree_.find(page);
    return word.tag() == Tag::Frame && (is_shared || source.is_frame_shared(word.frame()));
}

template <Resources S>
[[gnu::always_inline]] inline base::Result<Resolution> MemoryObject<S>::write_place(S& source, base::u64 page,
                                                                                    Place place) {
    const Word word = place.word();
    switch (word.tag()) {
    case Tag::Absent: return write_absent(source, page, place);
    case Tag::Zero: return fill(source, place);
    case Tag::Frame:
        if (kind_ == Kind::PagerBacked) {
            return write_supplied(place);
        }
        return source.is_frame_shared(word.frame()) ? copy_to(source, place, word.frame())
                                                    : Resolution{Outcome::Ready, word.frame(), true};
    case Tag::Foreign: return write_foreign(place);
    case Tag::Poisoned: return base::Error::DeviceError;
    case Tag::Compressed:
    case Tag::Moved: break;
    }
    return base::Error::BadState;
}

template <Resources S>
[[gnu::always_inline]] inline base::Result<Resolution> MemoryObject<S>::write_absent(S& source, base::u64 page,
                                                                                     Place place) {
    if (kind_ == Kind::PagerBacked) {
        return Resolution{Outcome::AskThePager, {}, false};
    }
    if (!is_of_origin(page)) {
        return fill(source, place);
    }
    const Resolution found = TRY(origin_->resolve(source, page, Want::Read));
    return found.outcome == Outcome::Ready ? copy_to(source, place, found.frame) : found;
}

/// A page that a pager supplied is never copied: the pager, and everybody who maps it, sees what is written.
template <Resources S>
base::Result<Resolution> MemoryObject<S>::write_supplied(Place place) {
    const Word word = place.word();
    if (asks_before_write(word)) {
        return Resolution{Outcome::AskThePager, {}, false};
    }
    place.set(word.with_dirty(true));
    return Resolution{Outcome::Ready, word.frame(), true};
}

/// One of a pager, or a borrowed one.
template <Resources S>
base::Result<Resolution> MemoryObject<S>::write_foreign(Place place) {
    const Word word = place.word();
    if (kind_ == Kind::PagerBacked) {
        return write_supplied(place);
    }
    return word.is_granted() ? base::Result<Resolution>{Resolution{Outcome::Ready, word.frame(), true}}
                             : base::Result<Resolution>{base::Error::AccessDenied};
}

template <Resources S>
[[gnu::always_inline]] inline base::Result<Resolution> MemoryObject<S>::fill(S& source, Place place) {
    const Frame frame = TRY(source.allocate_frame(Contents::Zero));
    place.set(Word{Tag::Frame, frame});
    return Resolution{Outcome::Ready, frame, true, true};
}

template <Resources S>
[[gnu::always_inline]] inline base::Result<Resolution> MemoryObject<S>::copy_to(S& source, Place place, Frame from) {
    const Frame frame = TRY(source.allocate_frame(Contents::Anything));
    source.copy_frame(frame, from);
    const Word old = place.word();
    place.set(Word{Tag::Frame, frame});
    release(source, old);
    return Resolution{Outcome::Ready, frame, true, true};
}

template <Resources S>
base::Result<Frame> MemoryObject<S>::frame_of(base::u64 page) const {
    if (page >= pages_) {
        return base::Error::OutOfRange;
    }
    if (!has_tree()) {
        return frame_in_row(page);
    }
    const Word word = tree_.find(page).word;
    if (word.has_frame()) {
        return word.frame();
    }
    return word.is_absent() && is_of_origin(page) ? origin_->frame_of(page)
                                                  : base::Result<Frame>{base::Error::NotFound};
}

template <Resources S>
base::Result<Frame> MemoryObject<S>::poison(S& source, base::u64 page) {
    TRY(check_range(page, 1));
    const Word word = tree_.find(page).word;
    if (!has_tree() || word.tag() != Tag::Frame) {
        return base::Error::NotFound;
    }
    if (word.pins() != 0) {
        return base::Error::Busy;
    }
    Place place = TRY(tree_.open(source, page));
    place.set(Word{Tag::Poisoned});
    return word.frame();
}

template <Resources S>
bool MemoryObject<S>::is_droppable(base::u64 page) const {
    if (kind_ != Kind::PagerBacked || page >= pages_) {
        return false;
    }
    const Word word = tree_.find(page).word;
    return word.tag() == Tag::Frame && !word.is_dirty() && word.pins() == 0;
}

template <Resources S>
bool MemoryObject<S>::drop_clean(S& source, base::u64 page) {
    if (!is_droppable(page)) {
        return false;
    }
    const Frame frame = tree_.find(page).word.frame();
    set_word(source, page, Word{});
    source.release_frame(frame);
    tree_.tidy(source, page);
    return true;
}

template <Resources S>
base::Result<Outcome> MemoryObject<S>::pin_page(S& source, base::u64 page, Want want, bool& is_replaced) {
    if (!has_tree()) {
        ++other_pins_;
        return Outcome::Ready;
    }
    if (kind_ != Kind::PagerBacked && tree_.find(page).word.tag() == Tag::Foreign) {
        return base::Error::BadState;
    }
    const bool is_enough = want == Want::Read && kind_ == Kind::PagerBacked;
    const Resolution found = TRY(is_enough ? read_page(source, page) : write_page(source, page));
    if (found.outcome != Outcome::Ready) {
        return found.outcome;
    }
    is_replaced |= found.is_replaced;
    Place place = TRY(tree_.open(source, page));
    const Word word = place.word();
    if (word.pins() == Word::kMaximumPins) {
        return base::Error::Overflow;
    }
    place.set(word.with_pins(word.pins() + 1));
    if (word.pins() == 0) {
        tree_.count_pin(page, true);
    }
    return Outcome::Ready;
}

template <Resources S>
void MemoryObject<S>::unpin_page(base::u64 page) {
    Work work(0);
    tree_.visit(page, page, work, [this](base::u64 pinned, Word& word) {
        word = word.with_pins(word.pins() - 1);
        if (word.pins() == 0) {
            tree_.count_pin(pinned, false);
        }
    });
}

} // namespace memory_object
