/// What a program sees at which address.
///
///     AddressSpace<E> space(random_address);
///     const VirtualAddress start = TRY(space.map(e, {.object = memory, .size = 16_KiB, .access = Access::ReadWrite}));
///     TRY(space.protect(e, start, 4_KiB, Access::Read));
///     const FaultAnswer answer = TRY(space.fault(e, address, Fault::Write));   // maps the page, or says what to wait
///     for TRY(space.unmap(e, start, 16_KiB));
#pragma once

#include <algorithm>

#include "base/result.hpp"
#include "libs/address_space/environment.hpp"
#include "libs/address_space/user_half.hpp"

namespace address_space {

enum class Placement : base::u8 {
    Anywhere, ///< above the space's random address where there is room, else below
    Hinted,   ///< at `address` if that is free, else the first room above it, else anywhere
    Fixed,    ///< at `address`, or not at all
};

/// What to map where. Without an object: a guard.
template <class E>
struct MapRequest {
    base::RefPtr<typename E::Object> object{};
    base::u64 first_page = 0; ///< of the object
    base::Bytes size{0};
    Access access = Access::Read;
    Attributes attributes{};
    Placement placement = Placement::Anywhere;
    base::VirtualAddress address{0};
    base::RefPtr<typename E::Use> use{}; ///< kept until nothing of the mapping is left
    bool needs_fixed_size = false;       ///< the object must be Sizing::Fixed, so that no fault can fail later
};

/// What an access was that faulted.
enum class Fault : base::u8 { Read, Write, Execute };

/// What came of a fault.
struct FaultAnswer {
    memory_object::Outcome outcome; ///< Ready: mapped, run the thread again
    base::u64 page;                 ///< of the object
    /// Other regions of the object may show what was there before: before the thread runs again, hide() the page in
    /// each (Mappings::own) but this; they may be in other address spaces, so that takes their locks, one at a time.
    bool is_shown_elsewhere = false;

    friend constexpr bool operator==(const FaultAnswer&, const FaultAnswer&) = default;
};

/// What query() tells.
template <class E>
struct RegionView {
    Span span;
    typename E::Object* object; ///< while the lock is held
    base::u64 first_page;
    Access access;
    Attributes attributes;

    friend constexpr bool operator==(const RegionView&, const RegionView&) = default;
};

/// *Lock.* The address space's, over every method; methods take the locks of objects, one at a time.
///
/// *Errors*, looked for in this order; one changes nothing. InvalidArgument: a range that is empty, not of whole pages,
/// overflows, or does not lie in kUserHalf (so also capability space and the kernel's half). NotFound: nothing is
/// mapped there. AccessDenied: more than the rights of the mapping, or a change of one that is sealed. Then those that
/// a method names, and NoMemory.
template <class E>
class AddressSpace {
  public:
    /// A page-aligned address in kUserHalf from which on mappings are placed: random, so that nobody can guess them.
    explicit AddressSpace(base::VirtualAddress random_address) : random_address_(random_address) {
        // Not at the class: an environment that is not complete yet may name it.
        static_assert(Environment<E>);
    }

    AddressSpace(const AddressSpace&) = delete;
    AddressSpace& operator=(const AddressSpace&) = delete;

    /// Maps part of an object; its pages come with the faults. Returns where. A mapping of 2 MiB or more that may be
    /// anywhere is placed so that large pages fit. OutOfRange: beyond the object's end; BadState: the object's size is
    /// not fixed, but must be; Exists: something is at a Fixed address already; NotFound: no room.
    base::Result<base::VirtualAddress> map(E& e, const MapRequest<E>& request);

    /// Unmaps what is mapped in [start, start + size), from the front, in slices: how much is done; call again with the
    /// rest. NotFound: nothing is mapped there. AccessDenied: something of the slice is sealed; all of it stays.
    base::Result<base::Bytes> unmap(E& e, base::VirtualAddress start, base::Bytes size);

    /// Unmaps what in [start, start + size) was mapped through `use`, from the front, in slices: how much is looked at;
    /// call again with the rest. It cannot fail: mappings have no page in common.
    base::Bytes unmap_use(E& e, const typename E::Use& use, base::VirtualAddress start, base::Bytes size);

    /// Gives all of [start, start + size), which must be mapped and no guard, another access: at once for faults, in
    /// slices for what the page tables hold: how much is done; call again with the rest.
    base::Result<base::Bytes> protect(E& e, base::VirtualAddress start, base::Bytes size, Access access);

    /// What is mapped around `address`.
    [[nodiscard]] base::Result<RegionView<E>> query(base::VirtualAddress address) const;

    /// The region that allows the access. NotFound, AccessDenied (also: a guard). Changes nothing.
    [[nodiscard]] base::Result<Region<E>*> decide(base::VirtualAddress address, Fault fault) const;

    /// Answers a fault: maps the page, or tells what to wait for. Errors: of decide() and of MemoryObject::resolve().
    base::Result<FaultAnswer> fault(E& e, base::VirtualAddress address, Fault fault);

    /// Maps the 2 MiB around `address` by one large page. NotFound: nothing there, the object has no block there, or
    /// the region does not hold all of it at an address that fits.
    base::Result<void> promote(E& e, base::VirtualAddress address);

    /// Unmaps what `region`, which is of this address space, shows of the object's pages [first, first + count): they
    /// come again with faults. After the object lost or replaced them.
    void hide(E& e, const Region<E>& region, base::u64 first, base::u64 count);

    /// After a clone of the object in `region`: takes writing away. The region's address space is this.
    void protect_from_writing(E& e, const Region<E>& region);

    /// Before it dies: unmaps everything, in slices. Whether it is done.
    [[nodiscard]] bool clear(E& e);

    [[nodiscard]] base::usize count() const { return regions_.count(); }

    /// The first region at `address` or behind, or around it. Null if there is none. For walks in slices.
    [[nodiscard]] Region<E>* first_at(base::VirtualAddress address) const {
        return address < kUserHalf.end ? regions_.first_in({address, kUserHalf.end}) : nullptr;
    }

  private:
    static constexpr base::Bytes kPage{base::kPageSize};
    /// How many regions a slice of unmap() removes at most.
    static constexpr int kRegionsPerSlice = 16;
    static constexpr base::Bytes kBlock{memory_object::kBlockPages * base::kPageSize};

    using R = Region<E>;

    base::Result<void> check_request(const MapRequest<E>& request) const;
    base::Result<void> check_object(const MapRequest<E>& request) const;
    base::Result<base::VirtualAddress> choose(const MapRequest<E>& request) const;
    [[nodiscard]] base::Result<base::VirtualAddress> find_room(base::VirtualAddress from,
                                                               const MapRequest<E>& request) const;
    base::Result<R*> check_protect(Span span, Access access) const;
    base::Result<R*> make_borders(E& e, Span span, R& first);
    base::Result<base::Bytes> unmap_from(E& e, Span whole, R& first);
    [[nodiscard]] bool has_sealed(const R& first, base::VirtualAddress limit) const;
    [[nodiscard]] R* across(base::VirtualAddress border) const;
    void split(R& region, base::VirtualAddress border, R& upper);
    void join_from(E& e, R& first, base::VirtualAddress end);
    R* join_next(E& e, R& region);
    [[nodiscard]] base::VirtualAddress end_of_slice(const R& first, base::VirtualAddress limit) const;
    void attach(R& region);
    void remove(E& e, R& region);
    base::VirtualAddress unmap_front(E& e, R& region);

    GapTree<R> regions_;
    base::VirtualAddress random_address_;
    base::u64 mappings_ = 0; ///< made so far
};

} // namespace address_space

#include "libs/address_space/address_space_fault.hpp"
#include "libs/address_space/address_space_ranges.hpp"
