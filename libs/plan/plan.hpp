/// Reads a plan in place.
///
///     const Plan plan = TRY(Plan::open(file.content));
///     const ComponentRecord shell = TRY(plan.find("shell"));
///     for (const UseRecord use : plan.uses(shell)) { give(plan.text(use.name), use.permissions); }
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "abi/arguments.hpp"
#include "base/result.hpp"
#include "libs/plan/format.hpp"
#include "libs/plan/table.hpp"
#include "libs/supervision/supervisor.hpp"

namespace plan {

/// All indices that it hands out were checked against their tables.
class Plan {
  public:
    /// Checks everything; nothing of it can fail later. `bytes` outlive the result and do not change. Unsupported:
    /// another version; Corrupt: no plan, damaged, cut off, or its parts contradict each other.
    static base::Result<Plan> open(std::span<const std::byte> bytes);

    [[nodiscard]] const SystemRecord& system() const { return header_.system; }

    [[nodiscard]] const digest::Sha256& digest() const { return header_.digest; }

    /// `string` is an index from a record; kNone is an empty text.
    [[nodiscard]] std::string_view text(base::u32 string) const;

    [[nodiscard]] Table<ComponentRecord> components() const { return table<ComponentRecord>(TableKind::Components); }

    [[nodiscard]] Table<UseRecord> all_uses() const { return table<UseRecord>(TableKind::Uses); }

    [[nodiscard]] Table<OfferRecord> all_offers() const { return table<OfferRecord>(TableKind::Offers); }

    [[nodiscard]] Table<FileRecord> files() const { return table<FileRecord>(TableKind::Files); }

    [[nodiscard]] Table<WordRecord> arguments(const ComponentRecord& component) const;
    [[nodiscard]] Table<VariableRecord> environment(const ComponentRecord& component) const;
    [[nodiscard]] Table<ThreadRecord> threads(const ComponentRecord& component) const;

    /// A route's number is its place in here.
    [[nodiscard]] Table<UseRecord> uses(const ComponentRecord& component) const;
    [[nodiscard]] Table<OfferRecord> offers(const ComponentRecord& component) const;
    [[nodiscard]] Table<ValueRecord> settings(const ComponentRecord& component) const;
    [[nodiscard]] Table<DeviceRecord> devices(const ComponentRecord& component) const;
    [[nodiscard]] Table<LaunchRouteRecord> launch_routes(const ComponentRecord& component) const;
    [[nodiscard]] Table<ValueRecord> grant(const UseRecord& use) const;

    /// The component's number of this name. NotFound.
    [[nodiscard]] base::Result<base::u32> find(std::string_view name) const;

    /// The number of the component's use of this name, among its own. NotFound.
    [[nodiscard]] base::Result<base::u32> find_use(const ComponentRecord& component, std::string_view name) const;

  private:
    Plan(std::span<const std::byte> bytes, const Header& header);

    template <base::PlainBytes Record>
    [[nodiscard]] Table<Record> table(TableKind kind) const {
        return Table<Record>(tables_[static_cast<base::usize>(kind)]);
    }

    Header header_;
    std::array<std::span<const std::byte>, kTables> tables_;
    std::string_view text_;

    friend class Checker;
};

/// What the description says of its restarts. Sound, as open() checked.
[[nodiscard]] supervision::Backoff backoff_of(const ComponentRecord& component);

/// How much real time is reserved for a thread of real time: what it needs in its period, in a period that a Budget can
/// have.
[[nodiscard]] abi::ProcessorQuota reservation_for(const ThreadRecord& thread);

} // namespace plan
