#include "libs/numa/node_table.hpp"

#include <algorithm>

#include "libs/acpi/overload.hpp"

namespace numa {

using acpi::HmatQuantity;
using base::u32;
using base::u64;

namespace {

/// Calls `look` with each good entry; returns how many were bad.
template <class Entries, class Look>
u32 for_each_entry(Entries entries, Look look) {
    u32 bad = 0;
    for (bool more = true; more;) {
        const auto next = entries.next();
        if (!next) {
            ++bad;
            continue;
        }
        const auto& entry = *next;
        more = entry.has_value();
        if (entry) {
            std::visit(look, *entry);
        }
    }
    return bad;
}

} // namespace

bool NodeTable::add_domain(u32 domain) {
    const auto known = std::span(domains_).first(count_);
    if (std::ranges::contains(known, domain)) {
        return true;
    }
    if (count_ == kMaximumNodes) {
        return false;
    }
    const auto behind = std::ranges::upper_bound(known, domain);
    std::ranges::copy_backward(behind, known.end(), std::span(domains_).first(count_ + 1).end());
    domains_.at(static_cast<base::usize>(behind - known.begin())) = domain;
    ++count_;
    return true;
}

void NodeTable::collect_domains(acpi::SratEntries entries) {
    const auto look = [this](const auto& entry) {
        if (entry.enabled && !add_domain(entry.domain)) {
            ++lost_;
        }
    };
    lost_ += for_each_entry(entries, look);
}

void NodeTable::reset_distances() {
    for (u32 from = 0; from < count(); ++from) {
        for (u32 to = 0; to < count(); ++to) {
            distances_.at(place(from, to)) = from == to ? acpi::Slit::kLocal : kRemote;
        }
    }
}

void NodeTable::read(const acpi::Srat& srat) {
    collect_domains(srat.entries());
    reset_distances();
    for_each_entry(srat.entries(), [this](const auto& entry) {
        if (entry.enabled) {
            take(entry);
        }
    });
}

std::optional<u32> NodeTable::node_of_domain(u32 domain) const {
    const auto known = std::span(domains_).first(count_);
    const auto at = std::ranges::find(known, domain);
    return at == known.end() ? std::nullopt : std::optional(static_cast<u32>(at - known.begin()));
}

void NodeTable::take(const acpi::ProcessorAffinity& processor) {
    const auto node = node_of_domain(processor.domain);
    if (!node) {
        return;
    }
    if (processor_count_ == processors_.size()) {
        ++lost_;
        return;
    }
    processors_.at(processor_count_++) = {.apic_id = processor.apic_id, .node = *node};
}

void NodeTable::take(const acpi::MemoryAffinity& memory) {
    const auto node = node_of_domain(memory.domain);
    if (!node || memory.size == base::Bytes{0}) {
        return;
    }
    if (memory_count_ == memory_.size()) {
        ++lost_;
        return;
    }
    // One after the other in its place: sorting them all at the end would be 8 KiB of code.
    const auto known = std::span(memory_).first(memory_count_);
    const auto behind = std::ranges::upper_bound(known, memory.start, {}, &NodeMemory::start);
    std::ranges::copy_backward(behind, known.end(), std::span(memory_).first(memory_count_ + 1).end());
    memory_.at(static_cast<base::usize>(behind - known.begin())) = {.start = memory.start,
                                                                    .size = memory.size,
                                                                    .node = *node,
                                                                    .is_hot_pluggable = memory.hot_pluggable,
                                                                    .is_non_volatile = memory.non_volatile};
    ++memory_count_;
}

void NodeTable::read(const acpi::Slit& slit) {
    for (u32 from = 0; from < count_; ++from) {
        for (u32 to = 0; to < count_; ++to) {
            if (const auto told = slit.distance(domains_.at(from), domains_.at(to))) {
                distances_.at(place(from, to)) = *told;
            }
        }
    }
}

void NodeTable::read(const acpi::Hmat& hmat) {
    const acpi::Overload look{[this](const acpi::HmatMatrix& matrix) { take(matrix); },
                              [](const acpi::MemoryDomainAttributes&) {}};
    lost_ += for_each_entry(hmat.entries(), look);
}

void NodeTable::take(const acpi::HmatMatrix& matrix) {
    const HmatQuantity quantity = matrix.quantity();
    const bool of_writes = quantity == HmatQuantity::WriteLatency || quantity == HmatQuantity::WriteBandwidth;
    if (matrix.cache_level() != 0 || of_writes) {
        return;
    }
    auto& values = matrix.is_latency() ? latencies_ : bandwidths_;
    for (u32 from = 0; from < count_; ++from) {
        for (u32 to = 0; to < count_; ++to) {
            if (const auto told = matrix.value(domains_.at(from), domains_.at(to))) {
                values.at(place(from, to)) = *told;
            }
        }
    }
}

u32 NodeTable::node_of(base::PhysicalAddress address) const {
    const auto found =
        std::ranges::find_if(memory(), [address](const NodeMemory& range) { return range.contains(address); });
    return found == memory().end() ? 0 : found->node;
}

u32 NodeTable::node_of_processor(u32 apic_id) const {
    const auto known = std::span(processors_).first(processor_count_);
    const auto found = std::ranges::find(known, apic_id, &NodeProcessor::apic_id);
    return found == known.end() ? 0 : found->node;
}

} // namespace numa
