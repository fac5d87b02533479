#include "libs/boot/memory_map.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace boot {

using base::Bytes;
using base::Error;
using base::PhysicalAddress;
using base::Result;
using base::usize;

namespace {

constexpr Bytes kPage{base::kPageSize};

/// The usable part of `range` in whole pages; other types keep their bytes.
MemoryRange aligned(MemoryRange range) {
    if (range.type != MemoryType::Usable) {
        return range;
    }
    const PhysicalAddress start = range.start.align_up(kPage);
    const PhysicalAddress end = range.end().align_down(kPage);
    return {start, start < end ? end - start : Bytes{0}, range.type};
}

/// How far the claims that began so far reach, for each type.
class Reach {
  public:
    void extend(const MemoryRange& claim) {
        PhysicalAddress& end = ends_.at(std::to_underlying(claim.type));
        end = std::max(end, claim.end());
    }

    /// What holds from `at` on, and up to where as far as begun claims tell; nothing if none covers `at`.
    [[nodiscard]] std::optional<MemoryRange> strongest_at(PhysicalAddress at) const {
        for (usize type = ends_.size(); type-- > 0;) {
            if (ends_.at(type) > at) {
                return MemoryRange{at, ends_.at(type) - at, static_cast<MemoryType>(type)};
            }
        }
        return std::nullopt;
    }

  private:
    std::array<PhysicalAddress, std::to_underlying(MemoryType::Bad) + 1> ends_{};
};

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

MemoryType memory_type_of_e820(base::u32 type) {
    switch (type) {
    case 1: return MemoryType::Usable;
    case 3: return MemoryType::AcpiReclaimable;
    case 4: return MemoryType::AcpiStorage;
    case 5: return MemoryType::Bad;
    default: return MemoryType::Reserved;
    }
}

Result<void> MemoryMap::add(PhysicalAddress start, Bytes size, MemoryType type) {
    if (size == Bytes{0} || start >= kEndOfMemory) {
        return {};
    }
    if (count_ == kMaximumRanges && !make_disjoint()) {
        return Error::NoMemory;
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

Result<void> MemoryMap::append_joined(MemoryRange range) {
    if (count_ != 0) {
        MemoryRange& last = ranges_.at(count_ - 1);
        if (last.end() == range.start && last.type == range.type) {
            last.size += range.size;
            return {};
        }
    }
    return append(range);
}

void MemoryMap::sort_by_start() {
    // Insertion: maps come nearly sorted, and the library's sort is many times larger.
    for (usize i = 1; i < count_; ++i) {
        for (usize j = i; j > 0 && ranges_.at(j).start < ranges_.at(j - 1).start; --j) {
            std::swap(ranges_.at(j), ranges_.at(j - 1));
        }
    }
}

/// Makes of the claims what they mean together: sorted and disjoint. On an error the map holds what it held.
Result<void> MemoryMap::make_disjoint() {
    sort_by_start();
    const MemoryMap claims = *this;
    count_ = 0;
    Reach reach;
    PhysicalAddress at{0};
    for (usize begun = 0; at < kEndOfMemory;) {
        for (; begun < claims.count_ && claims.ranges_.at(begun).start <= at; ++begun) {
            reach.extend(claims.ranges_.at(begun));
        }
        const PhysicalAddress next = begun < claims.count_ ? claims.ranges_.at(begun).start : kEndOfMemory;
        if (auto range = reach.strongest_at(at)) {
            range->size = std::min(range->size, next - at);
            if (!append_joined(*range)) {
                *this = claims;
                return Error::OutOfRange;
            }
            at = range->end();
        } else {
            at = next;
        }
    }
    return {};
}

void MemoryMap::align_usable() {
    usize kept = 0;
    for (usize i = 0; i < count_; ++i) {
        const MemoryRange range = aligned(ranges_.at(i));
        if (range.size != Bytes{0}) {
            ranges_.at(kept++) = range;
        }
    }
    count_ = kept;
}

Result<void> MemoryMap::normalize() {
    TRY(make_disjoint());
    align_usable();
    return total_usable() == Bytes{0} ? Result<void>{Error::BadState} : Result<void>{};
}

Result<void> MemoryMap::reserve(PhysicalAddress start, Bytes size) {
    TRY(add(start, size, MemoryType::Reserved));
    return normalize();
}

Bytes MemoryMap::total_usable() const {
    Bytes total{0};
    for (const MemoryRange& range : ranges()) {
        total += range.type == MemoryType::Usable ? range.size : Bytes{0};
    }
    return total;
}

bool MemoryMap::is_any_usable(PhysicalAddress start, Bytes size) const {
    return std::ranges::any_of(ranges(), [start, size](const MemoryRange& range) {
        return range.type == MemoryType::Usable && range.start < start + size && start < range.end();
    });
}

PhysicalAddress MemoryMap::usable_end() const {
    PhysicalAddress end{0};
    for (const MemoryRange& range : ranges()) {
        end = range.type == MemoryType::Usable ? std::max(end, range.end()) : end;
    }
    return end;
}

} // namespace boot
