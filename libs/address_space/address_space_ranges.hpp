/// How an address space changes: mapping, unmapping, protecting.
#pragma once

#include "libs/address_space/address_space.hpp"

namespace address_space {

template <class E>
base::Result<base::VirtualAddress> AddressSpace<E>::map(E& e, const MapRequest<E>& request) {
    TRY(check_request(request));
    const base::VirtualAddress start = TRY(choose(request));
    R& region = *TRY(e.allocate_region());
    region.span = {start, start + request.size};
    region.object = request.object;
    region.first_page = request.first_page;
    region.access = request.access;
    region.attributes = request.attributes;
    region.use = request.use;
    region.mapping = ++mappings_;
    region.space = this;
    regions_.insert(region);
    attach(region);
    return start;
}

template <class E>
base::Result<void> AddressSpace<E>::check_request(const MapRequest<E>& request) const {
    const bool is_anywhere = request.placement == Placement::Anywhere;
    if (!is_user_range(is_anywhere ? kUserHalf.start : request.address, request.size)) {
        return base::Error::InvalidArgument;
    }
    if (!request.attributes.rights.allow(request.access)) {
        return base::Error::AccessDenied;
    }
    return request.object ? check_object(request) : base::Result<void>{};
}

template <class E>
base::Result<void> AddressSpace<E>::check_object(const MapRequest<E>& request) const {
    return request.object->with([&request](const Locked<E>& object) -> base::Result<void> {
        const base::u64 pages = object.memory.pages();
        if (request.first_page > pages || base::Pages::within(request.size).value() > pages - request.first_page) {
            return base::Error::OutOfRange;
        }
        const bool is_fixed = object.memory.sizing() == memory_object::Sizing::Fixed;
        return request.needs_fixed_size && !is_fixed ? base::Error::BadState : base::Result<void>{};
    });
}

template <class E>
base::Result<base::VirtualAddress> AddressSpace<E>::choose(const MapRequest<E>& request) const {
    if (request.placement != Placement::Anywhere) {
        if (regions_.first_in({request.address, request.address + request.size}) == nullptr) {
            return request.address;
        }
        if (request.placement == Placement::Fixed) {
            return base::Error::Exists;
        }
        if (const auto above = find_room(request.address, request)) {
            return *above;
        }
    }
    const auto above = find_room(random_address_, request);
    return above ? above : find_room(kUserHalf.start, request);
}

template <class E>
base::Result<base::VirtualAddress> AddressSpace<E>::find_room(base::VirtualAddress from,
                                                              const MapRequest<E>& request) const {
    const Span window{from, kUserHalf.end};
    if (request.object && request.size >= kBlock) {
        if (const auto room = regions_.find_gap(window, request.size + kBlock - kPage)) {
            // The object's blocks begin where large pages do.
            const base::Bytes in_block = base::Pages{request.first_page}.bytes() % kBlock;
            return *room + (in_block + kBlock - base::Bytes{room->value()} % kBlock) % kBlock;
        }
    }
    const auto room = regions_.find_gap(window, request.size);
    return room ? base::Result<base::VirtualAddress>{*room} : base::Error::NotFound;
}

template <class E>
base::Result<base::Bytes> AddressSpace<E>::unmap(E& e, base::VirtualAddress start, base::Bytes size) {
    if (!is_user_range(start, size)) {
        return base::Error::InvalidArgument;
    }
    const Span whole{start, start + size};
    R* const first = regions_.first_in(whole);
    if (first == nullptr) {
        return base::Error::NotFound;
    }
    return has_sealed(*first, whole.end) ? base::Error::AccessDenied : unmap_from(e, whole, *first);
}

/// Unmaps `first`, the first region of `whole`, and what else of that one slice may: how much is done.
template <class E>
base::Result<base::Bytes> AddressSpace<E>::unmap_from(E& e, Span whole, R& first) {
    R* region = TRY(make_borders(e, whole, first));
    const base::VirtualAddress from = region->start();
    const base::VirtualAddress end = from + e.clear(from, end_of_slice(*region, whole.end) - from);
    while (region != nullptr && region->end() <= end) {
        R* const next = regions_.next(*region);
        remove(e, *region);
        region = next;
    }
    if (region != nullptr && region->start() < end) {
        regions_.change(*region, [region, end] {
            region->first_page = region->page_at(end);
            region->span.start = end;
        });
    }
    return region == nullptr || region->start() >= whole.end ? whole.size() : end - whole.start;
}

/// Whether one of the regions up to `limit` that one slice may remove, from `first` on, is sealed.
template <class E>
bool AddressSpace<E>::has_sealed(const R& first, base::VirtualAddress limit) const {
    const R* region = &first;
    for (int i = 0; i < kRegionsPerSlice && region != nullptr && region->start() < limit; ++i) {
        if (region->attributes.is_sealed) {
            return true;
        }
        region = regions_.next(*region);
    }
    return false;
}

template <class E>
base::Bytes AddressSpace<E>::unmap_use(E& e, const typename E::Use& use, base::VirtualAddress start, base::Bytes size) {
    const Span whole{start, start + size};
    R* region = regions_.first_in(whole);
    for (int i = 0; i < kRegionsPerSlice && region != nullptr && region->start() < whole.end; ++i) {
        R* const next = regions_.next(*region);
        const base::VirtualAddress end = region->end();
        if (region->use.get() == &use) {
            if (const base::VirtualAddress at = unmap_front(e, *region); at < end) {
                return at - start;
            }
        }
        region = next;
    }
    return region == nullptr || region->start() >= whole.end ? size : std::max(region->start(), start) - start;
}

/// Unmaps a region, or as much of it as one slice does: until where.
template <class E>
base::VirtualAddress AddressSpace<E>::unmap_front(E& e, R& region) {
    const base::VirtualAddress end = region.end();
    const base::VirtualAddress at = region.start() + e.clear(region.start(), end - region.start());
    if (at >= end) {
        remove(e, region);
        return end;
    }
    regions_.change(region, [&region, at] {
        region.first_page = region.page_at(at);
        region.span.start = at;
    });
    return at;
}

/// Where the last of the regions ends that one slice may remove.
template <class E>
base::VirtualAddress AddressSpace<E>::end_of_slice(const R& first, base::VirtualAddress limit) const {
    const R* last = &first;
    for (int i = 1; i < kRegionsPerSlice && last->end() < limit; ++i) {
        const R* const next = regions_.next(*last);
        if (next == nullptr || next->start() >= limit) {
            break;
        }
        last = next;
    }
    return last->end();
}

template <class E>
base::Result<base::Bytes> AddressSpace<E>::protect(E& e, base::VirtualAddress start, base::Bytes size, Access access) {
    if (!is_user_range(start, size)) {
        return base::Error::InvalidArgument;
    }
    const Span span{start, start + size};
    R* const first = TRY(make_borders(e, span, *TRY(check_protect(span, access))));
    bool is_wider = access == Access::ReadWrite;
    for (R* region = first; region != nullptr && region->start() < span.end; region = regions_.next(*region)) {
        is_wider = is_wider && region->access == Access::Read;
        region->access = access;
    }
    join_from(e, *first, span.end);
    // A page that may now be written is made writable when it is written: only the object knows whether it is shared.
    return is_wider ? size : e.restrict(start, size, access == Access::ReadWrite ? Access::Read : access);
}

/// The first region of `span`, if all of it may be given the access.
template <class E>
base::Result<Region<E>*> AddressSpace<E>::check_protect(Span span, Access access) const {
    R* const first = regions_.around(span.start);
    bool is_allowed = true;
    base::VirtualAddress at = span.start;
    for (const R* region = first; at < span.end; region = regions_.next(*region)) {
        if (region == nullptr || region->start() > at) {
            return base::Error::NotFound;
        }
        is_allowed = is_allowed && !region->is_guard() && !region->attributes.is_sealed &&
                     region->attributes.rights.allow(access);
        at = region->end();
    }
    return is_allowed ? base::Result<R*>{first} : base::Error::AccessDenied;
}

/// No region and no large page reaches over a border of `span` any more, whose first region is `first`. Returns the one
/// that is then. NoMemory: nothing has changed.
template <class E>
base::Result<Region<E>*> AddressSpace<E>::make_borders(E& e, Span span, R& first) {
    TRY(e.make_borders(span.start, span.size()));
    const bool splits_start = first.start() < span.start;
    R* const last = first.end() < span.end ? across(span.end) : &first;
    const bool splits_end = last != nullptr && last->end() > span.end;
    R* const inside = splits_start ? TRY(e.allocate_region()) : &first;
    if (splits_end) {
        const auto above = e.allocate_region();
        if (!above) {
            if (splits_start) {
                e.release_region(*inside);
            }
            return above.error();
        }
        split(*last, span.end, **above);
    }
    if (splits_start) {
        split(first, span.start, *inside);
    }
    return inside;
}

/// The region that reaches over `border`. Null if there is none.
template <class E>
Region<E>* AddressSpace<E>::across(base::VirtualAddress border) const {
    R* const region = regions_.around(border);
    return region != nullptr && region->start() < border ? region : nullptr;
}

template <class E>
void AddressSpace<E>::split(R& region, base::VirtualAddress border, R& upper) {
    upper.span = {border, region.end()};
    upper.object = region.object;
    upper.first_page = region.page_at(border);
    upper.access = region.access;
    upper.attributes = region.attributes;
    upper.use = region.use;
    upper.mapping = region.mapping;
    upper.space = this;
    regions_.change(region, [&region, border] { region.span.end = border; });
    regions_.insert(upper);
    attach(upper);
}

/// Joins what is now alike, from the region before `first` to the one at `end`.
template <class E>
void AddressSpace<E>::join_from(E& e, R& first, base::VirtualAddress end) {
    R* const before = regions_.previous(first);
    R* region = before != nullptr ? before : &first;
    while (region != nullptr && region->start() < end) {
        region = join_next(e, *region);
    }
}

/// Takes the region behind into this one if they are alike. Returns the region to go on with.
template <class E>
Region<E>* AddressSpace<E>::join_next(E& e, R& region) {
    R* const next = regions_.next(region);
    if (next == nullptr || next->start() != region.end() || next->mapping != region.mapping ||
        next->access != region.access) {
        return next;
    }
    const base::VirtualAddress end = next->end();
    remove(e, *next);
    regions_.change(region, [&region, end] { region.span.end = end; });
    return &region;
}

template <class E>
void AddressSpace<E>::attach(R& region) {
    if (region.object) {
        region.object->with([&region](const Locked<E>& object) {
            object.mappings.own.push_back(region);
            if (object.pager_mappings != nullptr) {
                object.pager_mappings->through_views.push_back(region);
            }
        });
    }
}

template <class E>
void AddressSpace<E>::remove(E& e, R& region) {
    regions_.remove(region);
    if (region.object) {
        region.object->with([&region](const Locked<E>& object) {
            object.mappings.own.remove(region);
            object.mappings.leaving.push_back(region);
            if (object.pager_mappings != nullptr) {
                object.pager_mappings->through_views.remove(region);
                object.pager_mappings->leaving_through_views.push_back(region);
            }
        });
    }
    e.release_region(region);
}

template <class E>
bool AddressSpace<E>::clear(E& e) {
    if (R* const region = regions_.first()) {
        // Whole regions have no borders to make: this cannot fail.
        static_cast<void>(unmap_from(e, {region->start(), kUserHalf.end}, *region));
    }
    return regions_.empty();
}

} // namespace address_space
