#include "libs/plan/plan.hpp"

#include <algorithm>

#include "base/text_view.hpp"
#include "libs/plan/checker.hpp"

namespace plan {

using base::Error;
using base::Result;
using base::u32;
using base::u64;
using base::usize;

namespace {

constexpr std::array<usize, kTables> kRecordSizes{
    sizeof(StringRecord), sizeof(WordRecord),        sizeof(VariableRecord), sizeof(ComponentRecord),
    sizeof(ThreadRecord), sizeof(UseRecord),         sizeof(OfferRecord),    sizeof(ValueRecord),
    sizeof(DeviceRecord), sizeof(LaunchRouteRecord), sizeof(FileRecord)};

/// What the header promises, in bytes; none: too much.
Result<u64> promised_size(const Header& header) {
    u64 size = sizeof(Header);
    for (usize table = 0; table < kTables; ++table) {
        if (header.rows[table] > kMaximumRows) {
            return Error::Corrupt;
        }
        size += header.rows[table] * kRecordSizes[table];
    }
    if (header.text_bytes > kMaximumTextBytes) {
        return Error::Corrupt;
    }
    return size + header.text_bytes;
}

Result<Header> read_header(std::span<const std::byte> bytes) {
    const auto header = base::ByteReader(bytes).read<Header>();
    if (!header || header->magic != kMagic) {
        return Error::Corrupt;
    }
    if (header->version != kVersion) {
        return Error::Unsupported;
    }
    if (header->size > bytes.size() || header->size != TRY(promised_size(*header))) {
        return Error::Corrupt;
    }
    return *header;
}

/// The row of this name in a table that is sorted by name.
template <class Record>
Result<u32> find_row(const Plan& plan, const Table<Record>& table, std::string_view name) {
    u32 first = 0;
    u32 last = table.size();
    while (first < last) {
        const u32 middle = first + (last - first) / 2;
        if (plan.text(table[middle].name) < name) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    if (first == table.size() || plan.text(table[first].name) != name) {
        return Error::NotFound;
    }
    return first;
}

} // namespace

Result<Plan> Plan::open(std::span<const std::byte> bytes) {
    const Header header = TRY(read_header(bytes));
    const auto whole = bytes.first(header.size);
    if (digest::sha256(whole.subspan(kDigestedFrom)) != header.digest) {
        return Error::Corrupt;
    }
    const Plan plan(whole, header);
    if (!Checker(plan).is_sound()) {
        return Error::Corrupt;
    }
    return plan;
}

Plan::Plan(std::span<const std::byte> bytes, const Header& header) : header_(header) {
    auto rest = bytes.subspan(sizeof(Header));
    for (usize table = 0; table < kTables; ++table) {
        const usize size = header.rows[table] * kRecordSizes[table];
        tables_[table] = rest.first(size);
        rest = rest.subspan(size);
    }
    text_ = base::text_view(rest);
}

std::string_view Plan::text(u32 string) const {
    if (string == kNone) {
        return {};
    }
    const StringRecord at = table<StringRecord>(TableKind::Strings)[string];
    return text_.substr(at.offset, at.size);
}

Table<WordRecord> Plan::arguments(const ComponentRecord& component) const {
    return table<WordRecord>(TableKind::Words).rows(component.arguments);
}

Table<VariableRecord> Plan::environment(const ComponentRecord& component) const {
    return table<VariableRecord>(TableKind::Variables).rows(component.environment);
}

Table<ThreadRecord> Plan::threads(const ComponentRecord& component) const {
    return table<ThreadRecord>(TableKind::Threads).rows(component.threads);
}

Table<UseRecord> Plan::uses(const ComponentRecord& component) const { return all_uses().rows(component.uses); }

Table<OfferRecord> Plan::offers(const ComponentRecord& component) const { return all_offers().rows(component.offers); }

Table<ValueRecord> Plan::settings(const ComponentRecord& component) const {
    return table<ValueRecord>(TableKind::Values).rows(component.settings);
}

Table<DeviceRecord> Plan::devices(const ComponentRecord& component) const {
    return table<DeviceRecord>(TableKind::Devices).rows(component.devices);
}

Table<LaunchRouteRecord> Plan::launch_routes(const ComponentRecord& component) const {
    return table<LaunchRouteRecord>(TableKind::LaunchRoutes).rows(component.launch_routes);
}

Table<ValueRecord> Plan::grant(const UseRecord& use) const {
    return table<ValueRecord>(TableKind::Values).rows(use.grant);
}

Result<u32> Plan::find(std::string_view name) const { return find_row(*this, components(), name); }

Result<u32> Plan::find_use(const ComponentRecord& component, std::string_view name) const {
    return find_row(*this, uses(component), name);
}

supervision::Backoff backoff_of(const ComponentRecord& component) {
    return {.first = base::Nanoseconds{component.backoff_first},
            .factor = component.backoff_factor,
            .most = base::Nanoseconds{component.backoff_most},
            .forget = base::Nanoseconds{component.backoff_forget},
            .give_up = component.backoff_give_up};
}

abi::ProcessorQuota reservation_for(const ThreadRecord& thread) {
    constexpr u64 kShortest = 1'000'000;
    constexpr u64 kLongest = 1'000'000'000;
    if (thread.period > kLongest) {
        return {.amount = std::min(thread.execution, kLongest), .period = kLongest};
    }
    const u64 periods = thread.period < kShortest ? (kShortest + thread.period - 1) / thread.period : 1;
    return {.amount = thread.execution * periods, .period = thread.period * periods};
}

} // namespace plan
