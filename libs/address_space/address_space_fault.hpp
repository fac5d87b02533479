/// What an address space answers: faults, and questions.
#pragma once

#include "libs/address_space/address_space.hpp"

namespace address_space {

template <class E>
base::Result<RegionView<E>> AddressSpace<E>::query(base::VirtualAddress address) const {
    const R* const region = regions_.around(address);
    if (region == nullptr) {
        return base::Error::NotFound;
    }
    return RegionView<E>{region->span, region->object.get(), region->first_page, region->access, region->attributes};
}

template <class E>
base::Result<Region<E>*> AddressSpace<E>::decide(base::VirtualAddress address, Fault fault) const {
    R* const region = regions_.around(address);
    if (region == nullptr) {
        return base::Error::NotFound;
    }
    const bool is_allowed = fault == Fault::Read || (fault == Fault::Write && region->access == Access::ReadWrite) ||
                            (fault == Fault::Execute && region->access == Access::ReadExecute);
    if (region->is_guard() || !is_allowed) {
        return base::Error::AccessDenied;
    }
    return region;
}

template <class E>
base::Result<FaultAnswer> AddressSpace<E>::fault(E& e, base::VirtualAddress address, Fault fault) {
    using memory_object::Outcome;
    const R& region = *TRY(decide(address, fault));
    const base::u64 page = region.page_at(address);
    const auto want = fault == Fault::Write ? memory_object::Want::Write : memory_object::Want::Read;
    e.charge_to(*region.object);
    return region.object->with([&](const Locked<E>& object) -> base::Result<FaultAnswer> {
        const memory_object::Resolution found = TRY(object.memory.resolve(e, page, want));
        if (found.outcome == Outcome::Ready) {
            const bool is_write_later = region.access == Access::ReadWrite && !found.is_writable;
            TRY(e.map_page(address.align_down(kPage), {found.frame, is_write_later ? Access::Read : region.access,
                                                       region.attributes.protection_key, region.attributes.cache}));
        }
        return FaultAnswer{found.outcome, page, found.is_replaced && object.mappings.are_several()};
    });
}

template <class E>
base::Result<void> AddressSpace<E>::promote(E& e, base::VirtualAddress address) {
    const R* const region = regions_.around(address);
    const base::VirtualAddress start = address.align_down(kBlock);
    if (region == nullptr || region->is_guard() || start < region->start() || region->end() - start < kBlock ||
        region->page_at(start) % memory_object::kBlockPages != 0) {
        return base::Error::NotFound;
    }
    return region->object->with([&](const Locked<E>& object) -> base::Result<void> {
        const auto block = TRY(object.memory.block_at(e, region->page_at(start)));
        return e.map_block(start, {block, region->access, region->attributes.protection_key, region->attributes.cache});
    });
}

template <class E>
void AddressSpace<E>::hide(E& e, const R& region, base::u64 first, base::u64 count) {
    ASSERT(region.space == this, "a region of another address space");
    const base::u64 region_end = region.first_page + base::Pages::within(region.span.size()).value();
    const base::u64 begin = std::max(first, region.first_page);
    const base::u64 end = std::min(first + count, region_end);
    base::VirtualAddress at = region.start() + base::Pages{begin - region.first_page}.bytes();
    for (base::u64 left = begin < end ? end - begin : 0; left != 0;) {
        const base::u64 done =
            std::min(left, base::Pages::within(e.clear_around(at, base::Pages{left}.bytes())).value());
        at += base::Pages{done}.bytes();
        left -= done;
    }
}

template <class E>
void AddressSpace<E>::protect_from_writing(E& e, const R& region) {
    ASSERT(region.space == this, "a region of another address space");
    base::Bytes done{0};
    while (done < region.span.size()) {
        done += e.protect_from_writing(region.start() + done, region.span.size() - done);
    }
}

} // namespace address_space
