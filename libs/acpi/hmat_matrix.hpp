/// What HMAT measures between domains: System Locality Latency and Bandwidth Information, [acpi-6.3] 5.2.27.4.
#pragma once

#include "libs/acpi/sub_structures.hpp"

namespace acpi {

enum class HmatQuantity : base::u8 {
    AccessLatency,
    ReadLatency,
    WriteLatency,
    AccessBandwidth,
    ReadBandwidth,
    WriteBandwidth,
};

/// A view of one structure: rows are domains of initiators (processors), columns are domains of memory.
class HmatMatrix {
  public:
    /// Corrupt if the structure is shorter than its lists and values or has no base unit; Unsupported if it measures
    /// something that is not known.
    static base::Result<HmatMatrix> decode(const SubStructure& structure);

    [[nodiscard]] HmatQuantity quantity() const { return quantity_; }

    [[nodiscard]] bool is_latency() const { return quantity_ < HmatQuantity::AccessBandwidth; }

    /// 0 is the memory itself, 1 to 3 its caches of that level.
    [[nodiscard]] base::u8 cache_level() const { return cache_level_; }

    [[nodiscard]] base::usize initiator_count() const { return initiators_.size() / sizeof(base::u32); }

    [[nodiscard]] base::usize target_count() const { return targets_.size() / sizeof(base::u32); }

    /// The domain of row `index`. OutOfRange if there is no such row.
    [[nodiscard]] base::Result<base::u32> initiator(base::usize index) const { return domain(initiators_, index); }

    /// The domain of column `index`. OutOfRange if there is no such column.
    [[nodiscard]] base::Result<base::u32> target(base::usize index) const { return domain(targets_, index); }

    /// Between two domains, in picoseconds for a latency, in MB per second for a bandwidth; never 0. NotFound if the
    /// firmware says nothing of the pair or that no way leads there; Overflow if the number does not fit. Walks.
    [[nodiscard]] base::Result<base::u64> value(base::u32 initiator, base::u32 target) const;

  private:
    HmatMatrix() = default;

    static base::Result<base::u32> domain(std::span<const std::byte> list, base::usize index);
    static base::Result<base::usize> index_of(std::span<const std::byte> list, base::u32 domain);

    HmatQuantity quantity_{};
    base::u8 cache_level_ = 0;
    base::u64 base_unit_ = 0;
    std::span<const std::byte> initiators_;
    std::span<const std::byte> targets_;
    std::span<const std::byte> values_;
};

} // namespace acpi
