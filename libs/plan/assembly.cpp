#include "libs/plan/assembly.hpp"

#include <bit>
#include <iterator>
#include <set>

#include "libs/plan/offers_of_init.hpp"
#include "libs/rpc/description.hpp"

namespace plan {

using base::Error;
using base::Result;
using base::u32;
using base::u64;
using base::u8;

namespace {

using Bytes = std::vector<std::byte>;

template <class Record>
void append(Bytes& to, const std::vector<Record>& rows) {
    const auto bytes = std::as_bytes(std::span(rows));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

/// The numbers of a component; its rows are not set yet.
ComponentRecord numbers_of(const ComponentDraft& component) {
    ComponentRecord record{};
    record.start = static_cast<u8>(component.start);
    record.restart = static_cast<u8>(component.restart);
    record.essential = component.essential ? 1 : 0;
    record.label = component.label;
    record.ready = component.ready;
    record.stop = component.stop;
    record.memory = component.memory;
    record.children = component.children;
    record.capabilities = component.capabilities;
    record.thread_limit = component.thread_limit;
    record.share = component.share;
    record.quota = component.quota;
    record.period = component.period;
    record.backoff_first = component.backoff.first.value();
    record.backoff_most = component.backoff.most.value();
    record.backoff_forget = component.backoff.forget.value();
    record.backoff_factor = component.backoff.factor;
    record.backoff_give_up = component.backoff.give_up;
    return record;
}

ThreadRecord thread_record(u32 name, const ThreadDraft& thread) {
    ThreadRecord record{};
    record.name = name;
    record.scheduling_class = static_cast<u8>(thread.scheduling_class);
    record.priority = thread.priority;
    record.all_cpus = thread.cpus.empty() ? 1 : 0;
    for (const u32 cpu : thread.cpus) {
        record.cpus.at(cpu / 64) |= u64{1} << cpu % 64;
    }
    record.period = thread.period;
    record.deadline = thread.deadline;
    record.execution = thread.execution;
    record.jitter = thread.jitter;
    return record;
}

ValueRecord value_record(u32 name, const Value& value, StringPool& strings) {
    if (const auto* text = std::get_if<std::string>(&value); text != nullptr) {
        return {name, static_cast<u32>(ValueKind::Text), strings.number(*text)};
    }
    if (const auto* integer = std::get_if<base::i64>(&value); integer != nullptr) {
        return {name, static_cast<u32>(ValueKind::Integer), static_cast<u64>(*integer)};
    }
    return {name, static_cast<u32>(ValueKind::Flag), std::get<bool>(value) ? u64{1} : u64{0}};
}

template <class Map>
Result<u32> place_in(const Map& map, const std::string& name) {
    const auto at = map.find(name);
    if (at == map.end()) {
        return Error::NotFound;
    }
    return static_cast<u32>(std::distance(map.begin(), at));
}

} // namespace

Result<u32> Assembly::component_number(const std::string& name) const { return place_in(draft_.components, name); }

/// Offers are written in the order of their components.
Result<u32> Assembly::offer_number(const UseDraft& use) const {
    u32 before = 0;
    for (const auto& [name, component] : draft_.components) {
        if (name == use.provider) {
            return before + TRY(place_in(component.offers, use.offer));
        }
        before += static_cast<u32>(component.offers.size());
    }
    return Error::NotFound;
}

Result<void> Assembly::assemble() {
    system_ = {.name = strings_.number(draft_.name),
               .log = static_cast<u32>(draft_.log),
               .memory = draft_.memory,
               .reserve = draft_.reserve,
               .cpus = draft_.cpus,
               .zero = 0};
    for (const auto& [name, component] : draft_.components) {
        TRY(add(name, component));
    }
    TRY(add_grants());
    add_files();
    return {};
}

Result<void> Assembly::add(const std::string& name, const ComponentDraft& component) {
    ComponentRecord record = numbers_of(component);
    record.name = strings_.number(name);
    record.program = strings_.number(component.program);
    add_threads(component, record);
    add_offers(component, record);
    TRY(add_lists(component, record));
    TRY(add_uses(component, record));
    TRY(add_devices(component, record));
    TRY(add_launches(component, record));
    components_.push_back(record);
    return {};
}

Result<void> Assembly::add_lists(const ComponentDraft& component, ComponentRecord& record) {
    const auto first_word = words_.size();
    for (const std::string& argument : component.arguments) {
        words_.push_back({strings_.number(argument)});
    }
    record.arguments = range_from(first_word, words_);
    const auto first_variable = variables_.size();
    for (const auto& [name, value] : component.environment) {
        variables_.push_back({strings_.number(name), strings_.number(value)});
    }
    record.environment = range_from(first_variable, variables_);
    record.settings = add_values(component.settings);
    return {};
}

Range Assembly::add_values(const Values& values) {
    const auto first = values_.size();
    for (const auto& [name, list] : values) {
        for (const Value& value : list) {
            values_.push_back(value_record(strings_.number(name), value, strings_));
        }
    }
    return range_from(first, values_);
}

void Assembly::add_threads(const ComponentDraft& component, ComponentRecord& record) {
    const auto first = threads_.size();
    for (const auto& [name, thread] : component.threads) {
        threads_.push_back(thread_record(strings_.number(name), thread));
    }
    record.threads = range_from(first, threads_);
}

void Assembly::add_offers(const ComponentDraft& component, ComponentRecord& record) {
    const auto first = offers_.size();
    for (const auto& [name, offer] : component.offers) {
        offers_.push_back({.name = strings_.number(name),
                           .protocol_name = strings_.number(offer.protocol),
                           .protocol = rpc::ProtocolId{offer.protocol, 0, 0}.number(),
                           .major = offer.major,
                           .permissions = offer.permissions.bits,
                           .clients = offer.clients,
                           .zero = 0,
                           .handling = offer.handling});
    }
    record.offers = range_from(first, offers_);
}

/// Says in `record` whose it is.
Result<const OfferDraft*> Assembly::find_offer(const UseDraft& use, UseRecord& record) const {
    if (use.provider == kInit) {
        const auto offer = offers_of_init().find(use.offer);
        return offer != offers_of_init().end() ? Result<const OfferDraft*>(&offer->second) : Error::NotFound;
    }
    record.provider = TRY(component_number(use.provider));
    record.offer = TRY(offer_number(use));
    return &draft_.components.at(use.provider).offers.at(use.offer);
}

Result<UseRecord> Assembly::use_record(const std::string& name, const UseDraft& use) {
    UseRecord record{};
    record.name = strings_.number(name);
    record.object = static_cast<u8>(use.object);
    record.permissions = use.permissions.bits;
    record.optional = use.optional ? 1 : 0;
    record.waits = use.waits ? 1 : 0;
    record.provider = kNone;
    record.offer = kNone;
    record.scope = strings_.number(use.scope);
    record.quota = use.quota;
    if (use.object == abi::ObjectKind::None) {
        const OfferDraft* const offer = TRY(find_offer(use, record));
        record.protocol = rpc::ProtocolId{offer->protocol, 0, 0}.number();
        record.major = offer->major;
    }
    return record;
}

Result<void> Assembly::add_uses(const ComponentDraft& component, ComponentRecord& record) {
    const auto first = uses_.size();
    for (const auto& [name, use] : component.uses) {
        uses_.push_back(TRY(use_record(name, use)));
    }
    record.uses = range_from(first, uses_);
    return {};
}

/// Behind the settings of all components.
Result<void> Assembly::add_grants() {
    base::usize number = 0;
    for (const auto& [name, component] : draft_.components) {
        for (const auto& [use_name, use] : component.uses) {
            uses_[number++].grant = add_values(use.grant);
        }
    }
    return {};
}

Result<void> Assembly::add_devices(const ComponentDraft& component, ComponentRecord& record) {
    const auto first = devices_.size();
    for (const DeviceDraft& device : component.devices) {
        devices_.push_back({strings_.number(device.match), TRY(component_number(device.driver))});
    }
    record.devices = range_from(first, devices_);
    return {};
}

/// Behind the uses, whose numbers it holds.
Result<void> Assembly::add_launches(const ComponentDraft& component, ComponentRecord& record) {
    const auto first = launch_routes_.size();
    if (component.launches) {
        std::set<u32> routes;
        for (const std::string& route : component.launches->routes) {
            routes.insert(record.uses.first + TRY(place_in(component.uses, route)));
        }
        for (const u32 route : routes) {
            launch_routes_.push_back({route});
        }
        record.launches = 1;
        record.launch_memory = component.launches->memory;
        record.at_once = component.launches->at_once;
    }
    record.launch_routes = range_from(first, launch_routes_);
    return {};
}

void Assembly::add_files() {
    for (const auto& [name, digest] : draft_.files) {
        files_.push_back({strings_.number(name), digest ? 1U : 0U, digest.value_or(digest::Sha256{})});
    }
}

Bytes Assembly::bytes() const {
    const std::string text = strings_.bytes();
    Bytes tables;
    append(tables, strings_.records());
    append(tables, words_);
    append(tables, variables_);
    append(tables, components_);
    append(tables, threads_);
    append(tables, uses_);
    append(tables, offers_);
    append(tables, values_);
    append(tables, devices_);
    append(tables, launch_routes_);
    append(tables, files_);
    const auto rows = [](const auto& table) { return static_cast<u32>(table.size()); };
    Header header{.magic = kMagic,
                  .version = kVersion,
                  .size = sizeof(Header) + tables.size() + text.size(),
                  .digest = {},
                  .rows = {rows(strings_.records()), rows(words_), rows(variables_), rows(components_), rows(threads_),
                           rows(uses_), rows(offers_), rows(values_), rows(devices_), rows(launch_routes_),
                           rows(files_)},
                  .text_bytes = static_cast<u32>(text.size()),
                  .system = system_};
    Bytes whole;
    append(whole, std::vector{header});
    whole.insert(whole.end(), tables.begin(), tables.end());
    append(whole, std::vector<char>(text.begin(), text.end()));
    header.digest = digest::sha256(std::span(whole).subspan(kDigestedFrom));
    std::ranges::copy(std::as_bytes(std::span(&header, 1)), whole.begin());
    return whole;
}

} // namespace plan
