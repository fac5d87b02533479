/// Where PCI Express configuration space is in memory: [pci-firmware] 4.1.2.
#pragma once

#include <optional>

#include "libs/acpi/table.hpp"

namespace acpi {

struct PciSegment {
    base::PhysicalAddress base; ///< of bus 0, even if `first_bus` is another; each bus has 1 MiB
    base::u16 segment = 0;
    base::u8 first_bus = 0;
    base::u8 last_bus = 0; ///< at least `first_bus`
};

/// A position among the segments.
class McfgSegments {
  public:
    explicit McfgSegments(std::span<const std::byte> bytes) : rest_(bytes) {}

    /// The next segment, none at the end. Corrupt if it is cut short, has no buses or its memory wraps; the next call
    /// goes on behind it.
    base::Result<std::optional<PciSegment>> next();

  private:
    std::span<const std::byte> rest_;
};

class Mcfg {
  public:
    static constexpr Signature kSignature{"MCFG"};

    /// Corrupt if the table is too short.
    static base::Result<Mcfg> decode(const Table& table);

    [[nodiscard]] McfgSegments segments() const { return McfgSegments(segments_); }

  private:
    explicit Mcfg(std::span<const std::byte> segments) : segments_(segments) {}

    std::span<const std::byte> segments_;
};

} // namespace acpi
