#include "libs/plan/checker.hpp"

#include "abi/arguments.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "libs/rpc/description.hpp"

namespace plan {

using base::u32;
using base::u64;
using base::u8;
using base::usize;

namespace {

constexpr u32 kMostCpus = 512;
constexpr u32 kGreatestShare = 65'536;
constexpr u64 kShortestPeriod = 1'000'000;
constexpr u64 kLongestPeriod = 1'000'000'000;
constexpr u64 kMostProcessorsOfQuota = 16;

bool is_flag(u32 value) { return value <= 1; }

/// Not empty, and nothing but permissions.
bool are_permissions(u32 bits) { return bits != 0 && bits <= abi::kAllPermissions.bits; }

/// [abi/arguments.hpp] ProcessorQuota.
bool is_quota(u64 amount, u64 period) {
    if (period == 0) {
        return amount == 0;
    }
    return period >= kShortestPeriod && period <= kLongestPeriod && amount >= 1 &&
           amount <= kMostProcessorsOfQuota * period;
}

bool is_zero(const auto& values) {
    for (const auto value : values) {
        if (value != std::remove_cvref_t<decltype(value)>{}) {
            return false;
        }
    }
    return true;
}

bool has_sound_times(const ThreadRecord& thread) {
    return thread.priority >= 1 && thread.priority <= 99 && thread.execution >= 1 &&
           thread.execution <= thread.deadline && thread.deadline <= thread.period && thread.jitter <= thread.deadline;
}

bool has_no_times(const ThreadRecord& thread) {
    return thread.priority == 0 && thread.execution == 0 && thread.deadline == 0 && thread.period == 0 &&
           thread.jitter == 0;
}

bool asks_nothing_of_a_provider(const UseRecord& use) {
    return use.provider == kNone && use.offer == kNone && use.protocol == 0 && use.major == 0 && use.scope == kNone &&
           use.grant.count == 0 && use.quota == 0;
}

bool has_sound_numbers(const ComponentRecord& component) {
    return component.start < kStarts && component.restart < supervision::kPolicies && is_flag(component.essential) &&
           is_flag(component.launches) && component.memory != 0 && component.ready != 0 && component.share >= 1 &&
           component.share <= kGreatestShare && is_quota(component.quota, component.period) &&
           supervision::is_sound(backoff_of(component));
}

bool has_sound_launches(const ComponentRecord& component) {
    return component.launches == 1
               ? component.at_once != 0
               : component.at_once == 0 && component.launch_memory == 0 && component.launch_routes.count == 0;
}

} // namespace

bool Checker::Cursor::take(Range range) {
    if (range.first != next || range.count > rows - next) {
        return false;
    }
    next += range.count;
    return true;
}

bool Checker::is_text(u32 string) const { return string < plan_.table<StringRecord>(TableKind::Strings).size(); }

bool Checker::is_text_or_none(u32 string) const { return string == kNone || is_text(string); }

template <class Record>
bool Checker::are_named(const Table<Record>& rows, bool may_repeat) const {
    std::string_view previous;
    for (const Record row : rows) {
        if (!is_text(row.name)) {
            return false;
        }
        const std::string_view name = plan_.text(row.name);
        if (name < previous || (name == previous && !may_repeat)) {
            return false;
        }
        previous = name;
    }
    return true;
}

template <class Record>
bool Checker::are_sound(const Table<Record>& rows) const {
    for (const Record row : rows) {
        if (!is_sound(row)) {
            return false;
        }
    }
    return true;
}

bool Checker::has_sound_strings() const {
    u32 end = 0;
    std::string_view previous;
    for (const StringRecord at : plan_.table<StringRecord>(TableKind::Strings)) {
        if (at.offset != end || at.size > plan_.text_.size() - end) {
            return false;
        }
        const std::string_view text = plan_.text_.substr(at.offset, at.size);
        if (text <= previous) {
            return false;
        }
        previous = text;
        end += at.size;
    }
    return end == plan_.text_.size();
}

bool Checker::has_sound_system() const {
    const SystemRecord& system = plan_.system();
    return is_text(system.name) && system.log < kLogLevels && system.memory != 0 && system.cpus >= 1 &&
           system.cpus <= kMostCpus && system.zero == 0;
}

bool Checker::has_sound_files() const {
    for (const FileRecord file : plan_.files()) {
        if (!is_flag(file.has_digest) || (file.has_digest == 0 && !is_zero(file.digest))) {
            return false;
        }
    }
    return are_named(plan_.files());
}

bool Checker::takes_its_rows(const ComponentRecord& component) {
    return cursor(TableKind::Words).take(component.arguments) &&
           cursor(TableKind::Variables).take(component.environment) &&
           cursor(TableKind::Threads).take(component.threads) && cursor(TableKind::Uses).take(component.uses) &&
           cursor(TableKind::Offers).take(component.offers) && cursor(TableKind::Values).take(component.settings) &&
           cursor(TableKind::Devices).take(component.devices) &&
           cursor(TableKind::LaunchRoutes).take(component.launch_routes);
}

/// Every row of the tables that belong to others belongs to one, and to one only.
bool Checker::takes_all_rows() {
    for (usize table = 0; table < kTables; ++table) {
        cursors_[table].rows = plan_.header_.rows[table];
    }
    for (const ComponentRecord component : plan_.components()) {
        if (!takes_its_rows(component)) {
            return false;
        }
    }
    for (const UseRecord use : plan_.all_uses()) {
        if (!cursor(TableKind::Values).take(use.grant)) {
            return false;
        }
    }
    using enum TableKind;
    for (const TableKind owned : {Words, Variables, Threads, Uses, Offers, Values, Devices, LaunchRoutes}) {
        if (!cursor(owned).is_at_end()) {
            return false;
        }
    }
    return true;
}

bool Checker::is_sound(const VariableRecord& variable) const { return is_text_or_none(variable.value); }

bool Checker::is_sound(const ThreadRecord& thread) const {
    using enum abi::SchedulingClass;
    const auto scheduling_class = static_cast<abi::SchedulingClass>(thread.scheduling_class);
    const bool is_ordinary = scheduling_class == Idle || scheduling_class == Batch || scheduling_class == Interactive;
    const bool fits_its_class =
        is_ordinary ? has_no_times(thread) : scheduling_class == Fifo && has_sound_times(thread);
    return fits_its_class && thread.zero == 0 && is_flag(thread.all_cpus) &&
           (thread.all_cpus == 1) == is_zero(thread.cpus);
}

bool Checker::fits_its_offer(const UseRecord& use) const {
    if (use.provider == kNone) {
        // One of init, which knows its protocols.
        return use.offer == kNone && use.protocol != 0 && use.major != 0;
    }
    if (use.provider >= plan_.components().size()) {
        return false;
    }
    const Range offers = plan_.components()[use.provider].offers;
    if (use.offer < offers.first || use.offer - offers.first >= offers.count) {
        return false;
    }
    const OfferRecord offer = plan_.all_offers()[use.offer];
    return use.protocol == offer.protocol && use.major == offer.major && (use.permissions & ~offer.permissions) == 0;
}

bool Checker::is_sound(const UseRecord& use) const {
    if (!are_permissions(use.permissions) || !is_flag(use.optional) || !is_flag(use.waits) ||
        use.object >= abi::kObjectKinds || !is_text_or_none(use.scope)) {
        return false;
    }
    const bool is_offer = use.object == static_cast<u8>(abi::ObjectKind::None);
    const bool has_sound_grant = are_named(plan_.grant(use), true) && are_sound(plan_.grant(use));
    return has_sound_grant && (is_offer ? fits_its_offer(use) : asks_nothing_of_a_provider(use));
}

bool Checker::is_sound(const OfferRecord& offer) const {
    return are_permissions(offer.permissions) && offer.clients != 0 && offer.zero == 0 && offer.major <= 0xffff &&
           is_text(offer.protocol_name) &&
           offer.protocol == rpc::ProtocolId{plan_.text(offer.protocol_name), 0, 0}.number();
}

bool Checker::is_sound(const ValueRecord& value) const {
    switch (static_cast<ValueKind>(value.kind)) {
    case ValueKind::Text: return value.value <= kNone && is_text_or_none(static_cast<u32>(value.value));
    case ValueKind::Integer: return true;
    case ValueKind::Flag: return value.value <= 1;
    }
    return false;
}

bool Checker::is_sound(const DeviceRecord& device) const {
    return is_text(device.match) && device.driver < plan_.components().size() &&
           plan_.components()[device.driver].start == static_cast<u8>(Start::Device);
}

bool Checker::are_sound(const Table<LaunchRouteRecord>& routes, Range uses) const {
    u32 least = uses.first;
    for (const LaunchRouteRecord route : routes) {
        if (route.use < least || route.use - uses.first >= uses.count) {
            return false;
        }
        least = route.use + 1;
    }
    return true;
}

bool Checker::has_sound_parts(const ComponentRecord& component) const {
    for (const WordRecord word : plan_.arguments(component)) {
        if (!is_text_or_none(word.text)) {
            return false;
        }
    }
    return are_named(plan_.environment(component)) && are_sound(plan_.environment(component)) &&
           are_named(plan_.threads(component)) && are_sound(plan_.threads(component)) &&
           are_named(plan_.settings(component), true) && are_sound(plan_.settings(component)) &&
           are_sound(plan_.devices(component)) && are_sound(plan_.launch_routes(component), component.uses);
}

bool Checker::is_sound(const ComponentRecord& component) const {
    return is_text(component.program) && has_sound_numbers(component) && has_sound_launches(component) &&
           has_sound_parts(component) && are_named(plan_.uses(component)) && are_named(plan_.offers(component));
}

/// In the order in which each step relies on those before it.
bool Checker::is_sound() {
    return has_sound_strings() && has_sound_system() && has_sound_files() && takes_all_rows() &&
           are_named(plan_.components()) && are_sound(plan_.components()) && are_sound(plan_.all_offers()) &&
           are_sound(plan_.all_uses());
}

} // namespace plan
