/// What Plan::open() asks of a plan whose size and digest are right.
#pragma once

#include <array>

#include "libs/plan/plan.hpp"

namespace plan {

/// Lives as long as one check.
class Checker {
  public:
    explicit Checker(const Plan& plan) : plan_(plan) {}

    /// Whether all of it can be used without another check.
    [[nodiscard]] bool is_sound();

  private:
    /// Of a table whose rows are handed out from its start on; the next one that nobody has.
    struct Cursor {
        base::u32 next = 0;
        base::u32 rows = 0;

        [[nodiscard]] bool take(Range range);

        [[nodiscard]] bool is_at_end() const { return next == rows; }
    };

    [[nodiscard]] Cursor& cursor(TableKind kind) { return cursors_[static_cast<base::usize>(kind)]; }

    [[nodiscard]] bool is_text(base::u32 string) const;
    [[nodiscard]] bool is_text_or_none(base::u32 string) const;

    /// Whether all names are texts in ascending order.
    template <class Record>
    [[nodiscard]] bool are_named(const Table<Record>& rows, bool may_repeat = false) const;

    [[nodiscard]] bool has_sound_strings() const;
    [[nodiscard]] bool has_sound_system() const;
    [[nodiscard]] bool has_sound_files() const;
    [[nodiscard]] bool takes_all_rows();
    [[nodiscard]] bool takes_its_rows(const ComponentRecord& component);

    [[nodiscard]] bool is_sound(const ComponentRecord& component) const;
    [[nodiscard]] bool has_sound_parts(const ComponentRecord& component) const;
    [[nodiscard]] bool is_sound(const VariableRecord& variable) const;
    [[nodiscard]] bool is_sound(const ThreadRecord& thread) const;
    [[nodiscard]] bool is_sound(const UseRecord& use) const;
    [[nodiscard]] bool fits_its_offer(const UseRecord& use) const;
    [[nodiscard]] bool is_sound(const OfferRecord& offer) const;
    [[nodiscard]] bool is_sound(const ValueRecord& value) const;
    [[nodiscard]] bool is_sound(const DeviceRecord& device) const;
    [[nodiscard]] bool are_sound(const Table<LaunchRouteRecord>& routes, Range uses) const;

    /// Whether each of them is.
    template <class Record>
    [[nodiscard]] bool are_sound(const Table<Record>& rows) const;

    const Plan& plan_;
    std::array<Cursor, kTables> cursors_{};
};

} // namespace plan
