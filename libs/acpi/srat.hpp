/// System Resource Affinity Table: which processors and which memory are near each other, [acpi] 5.2.16.
#pragma once

#include <variant>

#include "libs/acpi/sub_structures.hpp"
#include "libs/acpi/table.hpp"

namespace acpi {

/// The processor with this APIC or x2APIC id is in `domain`. Not enabled: says nothing.
struct ProcessorAffinity {
    base::u32 apic_id = 0;
    base::u32 domain = 0;
    base::u32 clock_domain = 0;
    bool enabled = false;
};

/// Memory from `start`, `size` bytes, is in `domain`; an enabled one does not wrap. Not enabled: says nothing.
struct MemoryAffinity {
    base::u32 domain = 0;
    base::PhysicalAddress start;
    base::Bytes size;
    bool enabled = false;
    bool hot_pluggable = false;
    bool non_volatile = false;
};

using SratEntry = std::variant<ProcessorAffinity, MemoryAffinity>;

/// A position among the entries.
class SratEntries {
  public:
    SratEntries(std::span<const std::byte> bytes, base::u32 domain_mask) : rest_(bytes), domain_mask_(domain_mask) {}

    /// The next entry of a known kind, none at the end. Corrupt if it is too short or its memory wraps, or as
    /// SubStructures::next.
    base::Result<std::optional<SratEntry>> next();

  private:
    SubStructures<ShortHead> rest_;
    base::u32 domain_mask_;
};

class Srat {
  public:
    static constexpr Signature kSignature{"SRAT"};

    /// Corrupt if the table is too short.
    static base::Result<Srat> decode(const Table& table);

    [[nodiscard]] SratEntries entries() const { return {entries_, domain_mask_}; }

  private:
    Srat(std::span<const std::byte> entries, base::u32 domain_mask) : entries_(entries), domain_mask_(domain_mask) {}

    std::span<const std::byte> entries_;
    base::u32 domain_mask_;
};

} // namespace acpi
