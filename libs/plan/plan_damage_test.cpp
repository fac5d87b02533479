#include <algorithm>
#include <functional>
#include <limits>

#include "libs/plan/plan.hpp"
#include "libs/plan/sample.hpp"
#include "testing/test.hpp"

namespace plan {

using base::Error;
using base::u32;
using base::u64;
using base::usize;

namespace {

using Bytes = std::vector<std::byte>;

Bytes sample() { return *write_plan(sample_draft()); }

void mend_digest(Bytes& bytes) {
    const auto digest = digest::sha256(std::span(bytes).subspan(kDigestedFrom));
    std::ranges::copy(digest, std::span(bytes).subspan(offsetof(Header, digest)).begin());
}

Header header_of(const Bytes& bytes) { return *base::ByteReader(bytes).read<Header>(); }

/// Where each table begins.
std::array<usize, kTables> starts_of(const Bytes& bytes) {
    constexpr std::array<usize, kTables> kSizes{sizeof(StringRecord),      sizeof(WordRecord),   sizeof(VariableRecord),
                                                sizeof(ComponentRecord),   sizeof(ThreadRecord), sizeof(UseRecord),
                                                sizeof(OfferRecord),       sizeof(ValueRecord),  sizeof(DeviceRecord),
                                                sizeof(LaunchRouteRecord), sizeof(FileRecord)};
    std::array<usize, kTables> starts{};
    usize at = sizeof(Header);
    for (usize table = 0; table < kTables; ++table) {
        starts[table] = at;
        at += header_of(bytes).rows[table] * kSizes[table];
    }
    return starts;
}

/// Whether the sample opens after a change to row `number` of a table, with the digest made right again.
template <class Record>
bool opens(TableKind kind, usize number, const std::function<void(Record&)>& change) {
    Bytes bytes = sample();
    const usize at = starts_of(bytes)[static_cast<usize>(kind)] + number * sizeof(Record);
    Record record = *base::ByteReader(std::span(bytes).subspan(at)).template read<Record>();
    change(record);
    std::ranges::copy(std::as_bytes(std::span(&record, 1)), std::span(bytes).subspan(at).begin());
    mend_digest(bytes);
    const auto opened = Plan::open(bytes);
    EXPECT_TRUE(opened.has_value() || opened.error() == Error::Corrupt);
    return opened.has_value();
}

bool opens_with(const std::function<void(Header&)>& change) {
    Bytes bytes = sample();
    Header header = header_of(bytes);
    change(header);
    std::ranges::copy(std::as_bytes(std::span(&header, 1)), bytes.begin());
    mend_digest(bytes);
    return Plan::open(bytes).has_value();
}

/// Components of the sample, in their order.
enum Number : usize { Devices, Driver, Log, Shell };

constexpr u32 kFar = std::numeric_limits<u32>::max() - 1;

bool component_opens(Number number, const std::function<void(ComponentRecord&)>& change) {
    return opens<ComponentRecord>(TableKind::Components, number, change);
}

bool use_opens(usize number, const std::function<void(UseRecord&)>& change) {
    return opens<UseRecord>(TableKind::Uses, number, change);
}

} // namespace

TEST(PlanDamage, EveryByteIsNoticed) {
    const Bytes good = sample();
    for (usize at = 0; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{0x10};
        EXPECT_FALSE(Plan::open(bad).has_value()) << at;
    }
}

TEST(PlanDamage, NothingIsReadBehindTheEnd) {
    const Bytes good = sample();
    for (usize size = 0; size < good.size(); ++size) {
        const Bytes part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
        ASSERT_EQ(Plan::open(part).error(), Error::Corrupt) << size;
    }
    Bytes longer = good;
    longer.resize(good.size() + 7);
    EXPECT_TRUE(Plan::open(longer).has_value());
}

TEST(PlanDamage, AnotherVersionIsUnsupported) {
    Bytes bytes = sample();
    bytes.at(4) = std::byte{2};
    EXPECT_EQ(Plan::open(bytes).error(), Error::Unsupported);
}

// Any change of one byte behind the header, with the right digest, opens or not, but never reads elsewhere.
TEST(PlanDamage, WhatOpensCanBeRead) {
    const Bytes good = sample();
    for (usize at = kDigestedFrom; at < good.size(); ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{0x81};
        mend_digest(bad);
        const auto plan = Plan::open(bad);
        for (u32 i = 0; plan && i < plan->components().size(); ++i) {
            const ComponentRecord component = plan->components()[i];
            EXPECT_EQ(*plan->find(plan->text(component.name)), i);
        }
    }
}

TEST(PlanDamage, OfTheHeader) {
    EXPECT_TRUE(opens_with([](Header&) {}));
    for (usize table = 0; table < kTables; ++table) {
        EXPECT_FALSE(opens_with([table](Header& header) { header.rows[table] += 1; })) << table;
        EXPECT_FALSE(opens_with([table](Header& header) { header.rows[table] = ~0U; })) << table;
    }
    EXPECT_FALSE(opens_with([](Header& header) { header.size -= 1; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.size = ~u64{0}; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.text_bytes = ~0U; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.name = kNone; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.log = kLogLevels; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.memory = 0; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.cpus = 0; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.cpus = 513; }));
    EXPECT_FALSE(opens_with([](Header& header) { header.system.zero = 1; }));
}

TEST(PlanDamage, OfStrings) {
    const auto string_opens = [](usize number, const std::function<void(StringRecord&)>& change) {
        return opens<StringRecord>(TableKind::Strings, number, change);
    };
    EXPECT_FALSE(string_opens(0, [](StringRecord& string) { string.offset = 1; }));
    EXPECT_FALSE(string_opens(0, [](StringRecord& string) { string.size = 0; }));
    EXPECT_FALSE(string_opens(1, [](StringRecord& string) { string.size = ~0U; }));
    EXPECT_FALSE(string_opens(1, [](StringRecord& string) { string.offset = ~0U; }));
    EXPECT_FALSE(opens<WordRecord>(TableKind::Words, 0, [](WordRecord& word) { word.text = kFar; }));
    EXPECT_FALSE(opens<VariableRecord>(TableKind::Variables, 0, [](VariableRecord& row) { row.value = kFar; }));
    EXPECT_FALSE(opens<VariableRecord>(TableKind::Variables, 0, [](VariableRecord& row) { row.name = kNone; }));
}

TEST(PlanDamage, OfComponents) {
    EXPECT_TRUE(component_opens(Shell, [](ComponentRecord&) {}));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.name = 0; })) << "not sorted";
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.name = kNone; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.program = kNone; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.start = kStarts; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.restart = supervision::kPolicies; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.essential = 2; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.launches = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.launches = 2; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.at_once = 0; }));
    EXPECT_FALSE(component_opens(Log, [](ComponentRecord& log) { log.launch_memory = 1; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.ready = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.memory = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.share = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.share = 65'537; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.quota = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.period = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.period = ~u64{0}; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.quota = 17 * shell.period; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.backoff_factor = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.backoff_give_up = 0; }));
    EXPECT_FALSE(component_opens(Shell, [](ComponentRecord& shell) { shell.backoff_most = 0; }));
}

TEST(PlanDamage, OfRanges) {
    constexpr std::array kRanges{&ComponentRecord::arguments, &ComponentRecord::environment,
                                 &ComponentRecord::threads,   &ComponentRecord::uses,
                                 &ComponentRecord::offers,    &ComponentRecord::settings,
                                 &ComponentRecord::devices,   &ComponentRecord::launch_routes};
    for (const auto range : kRanges) {
        for (const Number number : {Devices, Driver, Log, Shell}) {
            EXPECT_FALSE(component_opens(number, [range](ComponentRecord& one) { (one.*range).first += 1; }));
            EXPECT_FALSE(component_opens(number, [range](ComponentRecord& one) { (one.*range).first = ~0U; }));
            EXPECT_FALSE(component_opens(number, [range](ComponentRecord& one) { (one.*range).count += 1; }));
            EXPECT_FALSE(component_opens(number, [range](ComponentRecord& one) { (one.*range).count = ~0U; }));
        }
    }
}

TEST(PlanDamage, NothingIsNobodys) {
    constexpr std::array kOfShell{&ComponentRecord::arguments, &ComponentRecord::environment, &ComponentRecord::uses,
                                  &ComponentRecord::launch_routes};
    for (const auto range : kOfShell) {
        EXPECT_FALSE(component_opens(Shell, [range](ComponentRecord& shell) { (shell.*range).count -= 1; }));
    }
    Bytes bytes = sample();
    bytes.push_back(std::byte{'z'});
    Header header = header_of(bytes);
    header.text_bytes += 1;
    header.size += 1;
    std::ranges::copy(std::as_bytes(std::span(&header, 1)), bytes.begin());
    mend_digest(bytes);
    EXPECT_EQ(Plan::open(bytes).error(), Error::Corrupt);
}

TEST(PlanDamage, NoNameIsThereTwice) {
    const Bytes bytes = sample();
    const auto plan = Plan::open(bytes);
    ASSERT_TRUE(plan.has_value());
    const u32 name = plan->all_uses()[1].name;
    EXPECT_FALSE(use_opens(2, [name](UseRecord& machine) { machine.name = name; }));
    const u32 driver = plan->components()[Driver].name;
    EXPECT_FALSE(component_opens(Log, [driver](ComponentRecord& log) { log.name = driver; }));
}

TEST(PlanDamage, OfThreads) {
    const auto thread_opens = [](const std::function<void(ThreadRecord&)>& change) {
        return opens<ThreadRecord>(TableKind::Threads, 0, change);
    };
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.name = kNone; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.scheduling_class = 2; })) << "with times";
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.scheduling_class = 3; })) << "turns";
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.scheduling_class = 9; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.priority = 0; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.priority = 100; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.execution = 0; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.execution = thread.deadline + 1; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.deadline = thread.period + 1; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.jitter = thread.deadline + 1; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.all_cpus = 1; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.cpus = {}; }));
    EXPECT_FALSE(thread_opens([](ThreadRecord& thread) { thread.zero = 1; }));
}

// Uses of the sample: log's debug, shell's log, shell's machine.
TEST(PlanDamage, OfUses) {
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.name = kNone; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.object = 1; })) << "kernel object with a provider";
    EXPECT_FALSE(use_opens(0, [](UseRecord& debug) { debug.object = 0; })) << "offer without a provider";
    EXPECT_FALSE(use_opens(0, [](UseRecord& debug) { debug.object = abi::kObjectKinds; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.permissions = 0; }));
    EXPECT_FALSE(use_opens(0, [](UseRecord& debug) { debug.permissions = 0x40; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.permissions |= abi::kRead.bits; })) << "more than the offer";
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.optional = 2; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.waits = 2; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.protocol += 1; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.major += 1; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.provider = 0; })) << "another's offer";
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.provider = kFar; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.offer = kFar; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.scope = kFar; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.grant.first += 1; }));
    EXPECT_FALSE(use_opens(1, [](UseRecord& log) { log.grant.count = ~0U; }));
    EXPECT_FALSE(use_opens(0, [](UseRecord& debug) { debug.quota = 1; }));
    EXPECT_FALSE(use_opens(0, [](UseRecord& debug) { debug.scope = 0; }));
}

TEST(PlanDamage, OfOffersAndWhatIsLeft) {
    const auto offer_opens = [](const std::function<void(OfferRecord&)>& change) {
        return opens<OfferRecord>(TableKind::Offers, 0, change);
    };
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.name = kNone; }));
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.protocol_name = kNone; }));
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.protocol_name = 0; })) << "another number";
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.major = 0x10000; }));
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.permissions = 0x102; }));
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.clients = 0; }));
    EXPECT_FALSE(offer_opens([](OfferRecord& offer) { offer.zero = 1; }));
    const auto value_opens = [](usize number, const std::function<void(ValueRecord&)>& change) {
        return opens<ValueRecord>(TableKind::Values, number, change);
    };
    EXPECT_FALSE(value_opens(0, [](ValueRecord& value) { value.kind = kValueKinds; }));
    EXPECT_FALSE(value_opens(0, [](ValueRecord& value) { value.value = kFar; }));
    EXPECT_FALSE(value_opens(0, [](ValueRecord& value) { value.value = u64{1} << 32; }));
    EXPECT_FALSE(value_opens(2, [](ValueRecord& value) { value.value = 2; }));
    EXPECT_FALSE(value_opens(3, [](ValueRecord& value) { value.name = kNone; })) << "of a grant";
    EXPECT_FALSE(opens<DeviceRecord>(TableKind::Devices, 0, [](DeviceRecord& device) { device.match = kNone; }));
    EXPECT_FALSE(opens<DeviceRecord>(TableKind::Devices, 0, [](DeviceRecord& device) { device.driver = Shell; }));
    EXPECT_FALSE(opens<DeviceRecord>(TableKind::Devices, 0, [](DeviceRecord& device) { device.driver = kFar; }));
    for (const u32 use : {u32{0}, u32{2}, kFar}) {
        EXPECT_FALSE(
            opens<LaunchRouteRecord>(TableKind::LaunchRoutes, 0, [use](LaunchRouteRecord& route) { route.use = use; }));
    }
    EXPECT_FALSE(opens<FileRecord>(TableKind::Files, 0, [](FileRecord& file) { file.digest[3] = std::byte{1}; }));
    EXPECT_FALSE(opens<FileRecord>(TableKind::Files, 1, [](FileRecord& file) { file.has_digest = 2; }));
    EXPECT_FALSE(opens<FileRecord>(TableKind::Files, 1, [](FileRecord& file) { file.name = 0; }));
}

} // namespace plan
