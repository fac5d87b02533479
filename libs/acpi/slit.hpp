/// System Locality Information Table: how far the domains of SRAT are from each other, [acpi] 5.2.17.
#pragma once

#include "libs/acpi/table.hpp"

namespace acpi {

class Slit {
  public:
    static constexpr Signature kSignature{"SLIT"};
    static constexpr base::u8 kLocal = 10;
    static constexpr base::u8 kUnreachable = 255;

    /// Corrupt if the table is shorter than its square of distances, or holds one below kLocal.
    static base::Result<Slit> decode(const Table& table);

    /// Localities are numbered from 0 up to this, which is at most 1023.
    [[nodiscard]] base::usize localities() const { return localities_; }

    /// kLocal within one locality, in proportion to that for others, kUnreachable if there is no way. OutOfRange if
    /// there is no such locality.
    [[nodiscard]] base::Result<base::u8> distance(base::usize from, base::usize to) const;

  private:
    Slit(base::usize localities, std::span<const std::byte> distances)
        : localities_(localities), distances_(distances) {}

    base::usize localities_;
    std::span<const std::byte> distances_;
};

} // namespace acpi
