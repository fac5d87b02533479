#include "libs/boot/memory_map.hpp"

#include <algorithm>

namespace boot {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::u64;
using base::usize;

namespace {

constexpr Bytes kPage{base::kPageSize};
/// x86_64 addresses at most 52 bits of physical memory.
constexpr PhysicalAddress kEndOfMemory{1ULL << 52};

/// The usable part of `range` in whole pages; other types keep their bytes.
MemoryRange aligned(MemoryRange range) {
    if (range.type != MemoryType::Usable) {
        return range;
    }
    const PhysicalAddress start = range.start.align_up(kPage);
    const PhysicalAddress end = range.end().align_down(kPage);
    return {start, start < end ? end - start : Bytes{0}, range.type};
}

} // namespace

std::string_view name(MemoryType type) {
    switch (type) {
    case MemoryType::Usable: return "usable";
    case MemoryType::AcpiReclaimable: return "ACPI tables";
    case MemoryType::Reserved: return "reserved";
    case MemoryType::AcpiStorage: return "ACPI storage";
    case MemoryType::Bad: return "bad";
    }
    return "unknown";
}

Result<void> MemoryMap::add(PhysicalAddress start, Bytes size, MemoryType type) {
    if (size == Bytes{0} || start >= kEndOfMemory) {
        return {};
    }
    return append({start, std::min(size, kEndOfMemory - start), type});
}

Result<void> MemoryMap::append(MemoryRange range) {
    if (count_ == kMaximumRanges) {
        return Error::NoMemory;
    }
    ranges_.at(count_++) = range;
    return {};
}

void MemoryMap::sort_by_start() {
    // Insertion: maps come nearly sorted, and the library's sort is many times larger.
    for (usize i = 1; i < count_; ++i) {
        for (usize j = i; j > 0 && ranges_.at(j).start < ranges_.at(j - 1).start; --j) {
            std::swap(ranges_.at(j), ranges_.at(j - 1));
        }
    }
}

Result<void> MemoryMap::normalize() {
    MemoryMap claims = *this;
    claims.sort_by_start();
    count_ = 0;
    // Walks from border to border: between two neighbouring borders the strongest claim that covers the piece wins.
    PhysicalAddress at{0};
    while (true) {
        PhysicalAddress next = kEndOfMemory;
        bool covered = false;
        MemoryType type = MemoryType::Usable;
        for (const MemoryRange& claim : claims.ranges()) {
            if (claim.start > at) {
                next = std::min(next, claim.start);
                break;
            }
            if (claim.end() > at) {
                covered = true;
                type = std::max(type, claim.type);
                next = std::min(next, claim.end());
            }
        }
        if (covered) {
            const bool joins = count_ != 0 && ranges_.at(count_ - 1).end() == at && ranges_.at(count_ - 1).type == type;
            if (joins) {
                ranges_.at(count_ - 1).size = next - ranges_.at(count_ - 1).start;
            } else if (!append({at, next - at, type})) {
                return Error::OutOfRange;
            }
        } else if (next == kEndOfMemory) {
            break;
        }
        at = next;
    }
    usize kept = 0;
    for (usize i = 0; i < count_; ++i) {
        const MemoryRange range = aligned(ranges_.at(i));
        if (range.size != Bytes{0}) {
            ranges_.at(kept++) = range;
        }
    }
    count_ = kept;
    return total_usable() == Bytes{0} ? Result<void>{Error::BadState} : Result<void>{};
}

Bytes MemoryMap::total_usable() const {
    Bytes total{0};
    for (const MemoryRange& range : ranges()) {
        total = range.type == MemoryType::Usable ? total + range.size : total;
    }
    return total;
}

PhysicalAddress MemoryMap::usable_end() const {
    PhysicalAddress end{0};
    for (const MemoryRange& range : ranges()) {
        end = range.type == MemoryType::Usable ? std::max(end, range.end()) : end;
    }
    return end;
}

} // namespace boot
