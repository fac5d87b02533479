/// Pages that programs map, lend and copy: the `Memory` of the kernel, without locks, capabilities and page tables.
///
///     auto memory = TRY(MemoryObject<S>::anonymous(1_GiB));
///     const Resolution page = TRY(memory.resolve(source, 17, Want::Write));   // a zeroed frame, mapped for writing
///     auto copy = TRY(memory.clone());                                        // constant time; pages are copied when
///     written Work work(256); const Progress progress = TRY(memory.discard(source, 0, 262'144, work));  // a slice;
///     again from progress.next
#pragma once

#include <algorithm>
#include <span>

#include "base/checked.hpp"
#include "libs/memory_object/radix_tree.hpp"
#include "libs/memory_object/resources.hpp"
#include "libs/memory_object/shape.hpp"

namespace memory_object {

/// *Lock.* One for each object, and all of it under that; but a view and the pager-backed object it was cloned from
/// (pager()) have one in common. Clones of anonymous objects share nodes and frames and yet need no common lock: what
/// is shared is never changed, and the counts are atomic.
///
/// *Errors* of every method, in this order. InvalidArgument: an empty range, a size that is no multiple of 4 KiB.
/// OutOfRange: pages beyond the end. Unsupported: not for this kind of object. BadState: the object is Fixed, or the
/// page was given away. Busy: pinned. DeviceError: the page is poisoned. NoMemory. An error changes no page's content.
/// What works in slices returns an error only if the first page has it; else it stops before the page.
///
/// *Frames* that an object gives up go to S::release_frame() while they are still mapped: the caller unmaps the pages,
/// and its S keeps the frames until translation caches are flushed. So after discard(), resize(), give(), withdraw(),
/// drop_clean(), poison(); and after whatever answers `is_replaced`: other regions still show what was there before.
///
/// Ranges are in pages. What works in slices takes a `Work`. An object ends with destroy().
template <Resources S>
class MemoryObject {
  public:
    /// The most pages of one supply(), and of one read() or write() in bytes.
    static constexpr base::u64 kMaximumSupply = 64;
    static constexpr base::Bytes kCopySlice{8 * base::kPageSize};

    static base::Result<MemoryObject> anonymous(base::Bytes size, Sizing sizing = Sizing::Resizable) {
        return make(Kind::Anonymous, size, sizing, FirstWrite::IsRecorded);
    }

    static base::Result<MemoryObject> pager_backed(base::Bytes size, FirstWrite first_write) {
        return make(Kind::PagerBacked, size, Sizing::Resizable, first_write);
    }

    /// 2^order frames in a row, which are all there from the start.
    static base::Result<MemoryObject> contiguous(S& source, base::u8 order, Contents contents) {
        if (order >= 48 - 12) {
            return base::Error::InvalidArgument;
        }
        MemoryObject object(Kind::Contiguous, base::u64{1} << order, Sizing::Fixed, FirstWrite::IsRecorded);
        object.first_frame_ = TRY(source.allocate_block(order, contents));
        object.has_block_ = true;
        return object;
    }

    /// [address, address + size) as it is: registers or memory of a device. At least one page, below 2^52.
    static base::Result<MemoryObject> device(base::PhysicalAddress address, base::Bytes size) {
        constexpr base::PhysicalAddress kEnd{base::u64{1} << 52};
        constexpr base::Bytes kPage{base::kPageSize};
        if (!address.is_aligned(kPage) || !size.is_aligned(kPage) || size == base::Bytes{0} || address >= kEnd ||
            size > kEnd - address || size > kMaximumSize) {
            return base::Error::InvalidArgument;
        }
        MemoryObject object(Kind::Device, base::Pages::within(size).value(), Sizing::Fixed, FirstWrite::IsRecorded);
        object.first_frame_ = address;
        return object;
    }

    /// Before anything refers to it.
    MemoryObject(MemoryObject&& other) noexcept
        : tree_(std::move(other.tree_)), pages_(other.pages_), tail_(other.tail_),
          origin_(std::exchange(other.origin_, nullptr)), origin_pages_(other.origin_pages_),
          first_frame_(other.first_frame_), other_pins_(std::exchange(other.other_pins_, 0)), views_(other.views_),
          holds_(other.holds_), kind_(other.kind_), sizing_(other.sizing_), first_write_(other.first_write_),
          has_block_(std::exchange(other.has_block_, false)) {
        ASSERT(views_ == 0, "an object with views was moved");
    }

    MemoryObject(const MemoryObject&) = delete;
    MemoryObject& operator=(const MemoryObject&) = delete;

    ~MemoryObject() { ASSERT(views_ == 0 && origin_ == nullptr && !has_block_, "a memory object was not destroyed"); }

    [[nodiscard]] Kind kind() const { return kind_; }

    [[nodiscard]] Sizing sizing() const { return sizing_; }

    [[nodiscard]] base::u64 pages() const { return pages_; }

    [[nodiscard]] base::u64 pinned_pages() const { return tree_.pinned() + other_pins_; }

    /// The object whose pager is asked for what is missing: this one, or the one a view was cloned from. Null if there
    /// is none.
    [[nodiscard]] MemoryObject* pager() { return kind_ == Kind::PagerBacked ? this : origin_; }

    /// An object with the same content, copied when either is written. Constant time. Of a pager-backed object, a view:
    /// it sees what the other one has where it was not written itself; the other may then neither move nor die before
    /// it. Unsupported for Contiguous and Device; Busy while pages are pinned: a device writes to this object's frames.
    ///
    /// Whoever maps this object for writing takes the write permission away (see hold_writes()) before the lock is let
    /// go.
    base::Result<MemoryObject> clone();

    /// While held, writes to pages that would have to be copied are answered by Outcome::Held. From a clone() until no
    /// processor writes through a mapping made before it: a page copied earlier would lose those writes.
    void hold_writes() { ++holds_; }

    void let_writes() { --holds_; }

    /// Makes `page` ready for an access: commits, copies, marks dirty. OutOfRange, BadState, DeviceError, NoMemory.
    base::Result<Resolution> resolve(S& source, base::u64 page, Want want);

    /// The frame behind `page` now, as reading sees it. NotFound: there is none yet.
    [[nodiscard]] base::Result<Frame> frame_of(base::u64 page) const;

    /// Commits [first, first + count) for writing.
    base::Result<Progress> commit(S& source, base::u64 first, base::u64 count, Work& work);

    /// Another size. Whether it is done; if not, call again with the same size. What is cut off is out of reach at
    /// once. BadState for Fixed; Busy: pages that would go are pinned, or not yet withdrawn.
    base::Result<bool> resize(S& source, base::Bytes size, Work& work);

    /// Forgets the content of [first, first + count): zero again, of a view the other's again. Anonymous and View.
    base::Result<Progress> discard(S& source, base::u64 first, base::u64 count, Work& work);

    /// Fills [first, first + count) with zeroes. Not Device.
    base::Result<Progress> zero(S& source, base::u64 first, base::u64 count, Work& work);

    /// Copies from or to bytes from `offset` on, at most kCopySlice of them. Not Device. `next` is an offset.
    base::Result<Progress> read(S& source, base::Bytes offset, std::span<std::byte> to);
    base::Result<Progress> write(S& source, base::Bytes offset, std::span<const std::byte> from);

    /// Commits and pins: the frames stay until unpin(). Pins are counted. Those before `next` are pinned, whatever
    /// stopped it. Overflow: more than Word::kMaximumPins.
    base::Result<Progress> pin(S& source, base::u64 first, base::u64 count, Want want, Work& work);

    /// BadState: one of them is not pinned; nothing has changed. In one slice: the caller bounds `count`.
    base::Result<void> unpin(base::u64 first, base::u64 count);

    /// Pins frames.size() pages from `first` on, in one slice, and tells their frames, for supply() to another object.
    /// When that object has lost them again, unpin(). Anonymous.
    base::Result<Progress> lend(S& source, base::u64 first, std::span<Frame> frames);

    /// The frames behind frames.size() pages from `first` on, which are pinned. BadState: one has none.
    base::Result<void> tell_frames(base::u64 first, std::span<Frame> frames) const;

    /// Shows frames.size() pages of another object, which keeps them pinned, from `first` on, to be read or also
    /// written, until return_borrowed(); they are pinned here too, and a write that is not granted is AccessDenied.
    /// Anonymous. Exists: something is there already. All or none.
    base::Result<void> borrow(S& source, base::u64 first, std::span<const Frame> frames, Want grant);

    /// What was borrowed is nobody's here any more: zero again; the caller unmaps it. In one slice: the caller bounds
    /// `count`.
    void return_borrowed(S& source, base::u64 first, base::u64 count);

    /// Takes frames.size() pages from `first` on out of this object, for supply() to another one, which owns them when
    /// that succeeds; if not, take_back(). Anonymous, not Fixed. Busy: pinned. All or none; an access is then BadState,
    /// until they are discarded.
    base::Result<void> give(S& source, base::u64 first, std::span<Frame> frames);
    void take_back(base::u64 first, std::span<const Frame> frames);

    /// The pager's answer: frames for pages from `first` on, at most kMaximumSupply, to be read or also written.
    /// PagerBacked. Exists: one of the pages is there already. All or none.
    base::Result<void> supply(S& source, base::u64 first, std::span<const Frame> frames, Supply supply, Want grant);

    /// The pager's answer to a first write: pages that are there may be written. PagerBacked. NotFound: one is not
    /// there; nothing has changed. In one slice: the caller bounds `count`.
    base::Result<void> grant_writing(base::u64 first, base::u64 count);

    /// Takes back what was supplied; the caller unmaps it, from views too. on_page(page, word) hears of each, and
    /// whether it is dirty; frames that were lent are then no longer this object's, those given were released. Busy:
    /// one is pinned. PagerBacked.
    template <class F>
    base::Result<Progress> withdraw(S& source, base::u64 first, base::u64 count, Work& work, F&& on_page);

    /// Dirty pages of [first, first + count) are clean, and writing them asks the pager again; on_page(page, word)
    /// hears of each as it was. Pinned ones stay dirty: a device may be writing. The caller takes the write permission
    /// of mappings away. PagerBacked.
    template <class F>
    base::Result<Progress> clean(base::u64 first, base::u64 count, Work& work, F&& on_page);

    /// Whether the pager can supply `page` again and nobody needs the frame: given, clean, not pinned.
    [[nodiscard]] bool is_droppable(base::u64 page) const;

    /// Gives up a page that is_droppable(). Whether it was.
    bool drop_clean(S& source, base::u64 page);

    /// Takes a damaged frame out of the object; an access to the page is an error until it is discarded. The frame is
    /// the caller's then. NotFound: no frame of its own.
    base::Result<Frame> poison(S& source, base::u64 page);

    /// Puts a block of kBlockPages frames at `first`, a multiple of that: a large page can map them. Exists: something
    /// is there already; the block then stays the caller's. Anonymous.
    base::Result<void> commit_block(S& source, base::u64 first, Frame block);

    /// The block that one large page could map for writing for the pages from `first` on: all there, in a row, aligned,
    /// shared with nobody.
    [[nodiscard]] base::Result<Frame> block_at(S& source, base::u64 first);

    /// Ends the object: gives everything back, in slices. Whether it is done. Nothing is pinned or mapped, no view is
    /// left.
    [[nodiscard]] bool destroy(S& source, Work& work);

  private:
    MemoryObject(Kind kind, base::u64 pages, Sizing sizing, FirstWrite first_write)
        : MemoryObject(kind, RadixTree<S>(pages), pages, sizing, first_write) {}

    MemoryObject(Kind kind, RadixTree<S>&& tree, base::u64 pages, Sizing sizing, FirstWrite first_write)
        : tree_(std::move(tree)), pages_(pages), kind_(kind), sizing_(sizing), first_write_(first_write) {}

    static base::Result<MemoryObject> make(Kind kind, base::Bytes size, Sizing sizing, FirstWrite first_write) {
        if (!size.is_aligned(base::Bytes{base::kPageSize}) || size > kMaximumSize) {
            return base::Error::InvalidArgument;
        }
        return MemoryObject(kind, base::Pages::within(size).value(), sizing, first_write);
    }

    using Tree = RadixTree<S>;
    using Place = typename Tree::Place;

    [[nodiscard]] bool has_tree() const { return kind_ != Kind::Contiguous && kind_ != Kind::Device; }

    [[nodiscard]] Frame frame_in_row(base::u64 page) const {
        return first_frame_ + base::Bytes{page * base::kPageSize};
    }

    [[nodiscard]] bool asks_before_write(Word word) const {
        return first_write_ == FirstWrite::AsksThePager && !word.is_granted();
    }

    /// Whether what a view lacks at `page` is the other object's.
    [[nodiscard]] bool is_of_origin(base::u64 page) const { return kind_ == Kind::View && page < origin_pages_; }

    base::Result<void> check_range(base::u64 first, base::u64 count) const;
    base::Result<void> check_supplied(base::u64 first, base::u64 count) const;
    base::Result<Resolution> read_page(S& source, base::u64 page);
    base::Result<Resolution> read_absent(S& source, base::u64 page);
    base::Result<Resolution> write_page(S& source, base::u64 page);
    base::Result<Resolution> write_place(S& source, base::u64 page, Place place);
    base::Result<Resolution> write_absent(S& source, base::u64 page, Place place);
    base::Result<Resolution> write_supplied(Place place);
    base::Result<Resolution> write_foreign(Place place);
    base::Result<Resolution> fill(S& source, Place place);
    base::Result<Resolution> copy_to(S& source, Place place, Frame from);
    bool must_be_held(S& source, base::u64 page) const;
    template <class F>
    base::Result<Progress> each_page(base::u64 first, base::u64 count, Work& work, F&& step);
    base::Result<Progress> erase(S& source, base::u64 first, base::u64 count, Work& work);
    base::Result<void> shrink(S& source, base::u64 pages, Work& work);
    base::Result<Outcome> pin_page(S& source, base::u64 page, Want want, bool& is_replaced);
    void unpin_page(base::u64 page);
    base::Result<Outcome> zero_page(S& source, base::u64 page, bool may_drop, bool& is_replaced);
    template <class F>
    base::Result<Progress> copy(S& source, base::Bytes offset, base::u64 size, Want want, F&& each);
    base::Result<void> open_absent(S& source, base::u64 first, base::u64 count);
    void set_word(S& source, base::u64 page, Word word);

    static void release(S& source, Word word) {
        if (word.tag() == Tag::Frame) {
            source.release_frame(word.frame());
        }
    }

    Tree tree_;
    base::u64 pages_;
    base::u64 tail_ = 0;             ///< where the pages end that an unfinished resize() has yet to remove
    MemoryObject* origin_ = nullptr; ///< of a view
    base::u64 origin_pages_ = 0;     ///< what a view sees of it: not what it cut off and grew again
    Frame first_frame_{};            ///< of Contiguous and Device
    base::u64 other_pins_ = 0;       ///< of Contiguous and Device
    base::u32 views_ = 0;            ///< that have this object as origin_
    base::u32 holds_ = 0;
    Kind kind_;
    Sizing sizing_;
    FirstWrite first_write_;
    bool has_block_ = false;
};

} // namespace memory_object

#include "libs/memory_object/memory_object_loans.hpp"
#include "libs/memory_object/memory_object_pager.hpp"
#include "libs/memory_object/memory_object_pages.hpp"
#include "libs/memory_object/memory_object_ranges.hpp"
