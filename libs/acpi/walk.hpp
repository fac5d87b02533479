/// Asks everything of a machine's tables, for tests and fuzz targets on damaged ones.
#pragma once

#include "base/assert.hpp"
#include "libs/acpi/fadt.hpp"
#include "libs/acpi/hmat.hpp"
#include "libs/acpi/hpet.hpp"
#include "libs/acpi/madt.hpp"
#include "libs/acpi/mcfg.hpp"
#include "libs/acpi/overload.hpp"
#include "libs/acpi/sleep_type.hpp"
#include "libs/acpi/slit.hpp"
#include "libs/acpi/srat.hpp"
#include "libs/acpi/tables.hpp"

namespace acpi::walk {

/// How many things answered.
using Count = base::usize;

/// No table of at most Table::kMaximumLength holds more entries.
inline constexpr Count kMostEntries = Table::kMaximumLength.value();

/// Goes through a cursor to its end, over damaged entries; `look` sees the good ones.
template <class Next, class Look>
Count entries(Next next, Look look) {
    Count count = 0;
    for (Count steps = 0; steps <= kMostEntries; ++steps) {
        const auto result = next();
        if (!result) {
            continue;
        }
        const auto& entry = *result;
        if (!entry) {
            return count;
        }
        look(*entry);
        ++count;
    }
    ASSERT(false, "a list without end");
    return 0;
}

inline void matrix(const HmatMatrix& matrix) {
    for (base::usize row = 0; row < std::min<base::usize>(matrix.initiator_count(), 4); ++row) {
        for (base::usize column = 0; column < std::min<base::usize>(matrix.target_count(), 4); ++column) {
            const auto value = matrix.value(matrix.initiator(row).value(), matrix.target(column).value());
            ASSERT(!value || *value != 0, "a measurement of nothing");
        }
    }
}

inline Count madt(const Tables& tables) {
    const auto madt = tables.decode<Madt>();
    return madt ? entries([cursor = madt->entries()] mutable { return cursor.next(); }, [](const MadtEntry&) {}) : 0;
}

inline Count srat(const Tables& tables) {
    const auto srat = tables.decode<Srat>();
    const Overload look{[](const MemoryAffinity& memory) {
                            ASSERT(!memory.enabled || memory.start + memory.size >= memory.start, "it wraps");
                        },
                        [](const ProcessorAffinity&) {}};
    return srat ? entries([cursor = srat->entries()] mutable { return cursor.next(); },
                          [&look](const SratEntry& entry) { std::visit(look, entry); })
                : 0;
}

inline Count hmat(const Tables& tables) {
    const auto hmat = tables.decode<Hmat>();
    const Overload look{[](const HmatMatrix& found) { matrix(found); }, [](const MemoryDomainAttributes&) {}};
    return hmat ? entries([cursor = hmat->entries()] mutable { return cursor.next(); },
                          [&look](const HmatEntry& entry) { std::visit(look, entry); })
                : 0;
}

inline Count mcfg(const Tables& tables) {
    const auto mcfg = tables.decode<Mcfg>();
    return mcfg ? entries([cursor = mcfg->segments()] mutable { return cursor.next(); },
                          [](const PciSegment& segment) { ASSERT(segment.first_bus <= segment.last_bus, "no buses"); })
                : 0;
}

inline Count slit(const Tables& tables) {
    const auto slit = tables.decode<Slit>();
    if (!slit) {
        return 0;
    }
    for (base::usize i = 0; i < slit->localities(); ++i) {
        ASSERT(slit->distance(i, slit->localities() - 1 - i).value() >= Slit::kLocal, "nearer than near");
    }
    ASSERT(!slit->distance(slit->localities(), 0), "a distance from nowhere");
    return 1;
}

inline Count fadt(const Tables& tables) {
    const auto fadt = tables.decode<Fadt>();
    if (!fadt) {
        return 0;
    }
    for (const auto& place : {fadt->pm1a_event(), fadt->pm1b_event(), fadt->pm1a_control(), fadt->pm1b_control(),
                              fadt->pm_timer(), fadt->sleep_control(), fadt->sleep_status()}) {
        ASSERT(!place || place->address != 0, "a register at zero");
    }
    const auto reset = fadt->reset();
    ASSERT(!reset || reset->place.address != 0, "a reset at zero");
    const auto acpi_switch = fadt->acpi_switch();
    ASSERT(!acpi_switch || acpi_switch->port != 0, "a switch at zero");
    const auto dsdt = tables.read(fadt->dsdt());
    const auto s5 = dsdt ? sleep_type_s5(dsdt->body()) : base::Error::NotFound;
    ASSERT(!s5 || (s5->type_a <= 7 && s5->type_b <= 7), "a sleep type that does not fit");
    return s5 ? 2 : 1;
}

/// Everything of the machine whose root pointer is at `root`.
inline Count everything(const boot::PhysicalReader& memory, base::PhysicalAddress root) {
    const auto tables = Tables::open(memory, root);
    if (!tables) {
        return 0;
    }
    Count count = 0;
    for (base::usize i = 0; i < tables->count(); ++i) {
        count += tables->listing(i).state ? 1 : 0;
    }
    const auto hpet = tables->decode<Hpet>();
    ASSERT(!hpet || hpet->address != base::PhysicalAddress{0}, "a timer at zero");
    return count + madt(*tables) + srat(*tables) + hmat(*tables) + mcfg(*tables) + slit(*tables) + fadt(*tables) +
           (hpet ? 1 : 0);
}

} // namespace acpi::walk
