/// Heterogeneous Memory Attribute Table: latency and bandwidth between domains, [acpi-6.3] 5.2.27.
#pragma once

#include <variant>

#include "libs/acpi/hmat_matrix.hpp"
#include "libs/acpi/table.hpp"

namespace acpi {

/// The memory of a domain, and the domain whose processors are directly attached to it, [acpi-6.3] 5.2.27.3.
struct MemoryDomainAttributes {
    base::u32 memory_domain = 0;
    std::optional<base::u32> initiator_domain;
};

using HmatEntry = std::variant<MemoryDomainAttributes, HmatMatrix>;

/// A position among the entries.
class HmatEntries {
  public:
    explicit HmatEntries(std::span<const std::byte> bytes) : rest_(bytes) {}

    /// The next entry of a known kind, none at the end. Corrupt if it is too short, or as SubStructures::next.
    base::Result<std::optional<HmatEntry>> next();

  private:
    SubStructures<WideHead> rest_;
};

class Hmat {
  public:
    static constexpr Signature kSignature{"HMAT"};

    /// Corrupt if the table is too short. Unsupported if it is of revision 1, whose units were others.
    static base::Result<Hmat> decode(const Table& table);

    [[nodiscard]] HmatEntries entries() const { return HmatEntries(entries_); }

  private:
    explicit Hmat(std::span<const std::byte> entries) : entries_(entries) {}

    std::span<const std::byte> entries_;
};

} // namespace acpi
