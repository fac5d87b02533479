#include "libs/kvm/features.hpp"

#include <algorithm>
#include <array>

namespace kvm {

namespace {

struct Name {
    Feature feature;
    std::string_view text;
};

/// The names of [kvm] cpuid.rst, in small letters.
constexpr std::array kNames{
    Name{Feature::ClockSource, "clocksource"},
    Name{Feature::NoIoDelay, "nop_io_delay"},
    Name{Feature::ClockSource2, "clocksource2"},
    Name{Feature::AsyncPageFault, "async_pf"},
    Name{Feature::StealTime, "steal_time"},
    Name{Feature::EndOfInterrupt, "pv_eoi"},
    Name{Feature::Unhalt, "pv_unhalt"},
    Name{Feature::TlbFlush, "pv_tlb_flush"},
    Name{Feature::AsyncPageFaultExit, "async_pf_vmexit"},
    Name{Feature::SendIpi, "pv_send_ipi"},
    Name{Feature::PollControl, "poll_control"},
    Name{Feature::Yield, "pv_sched_yield"},
    Name{Feature::AsyncPageFaultInterrupt, "async_pf_int"},
    Name{Feature::WideMessageTarget, "msi_ext_dest_id"},
    Name{Feature::StableClock, "clocksource_stable"},
};

constexpr unsigned kBits = 32;

} // namespace

void Features::print(base::TextSink& sink) const {
    std::string_view gap;
    for (unsigned bit = 0; bit < kBits; ++bit) {
        const auto feature = static_cast<Feature>(bit);
        if (!has(feature)) {
            continue;
        }
        const auto name = std::ranges::find(kNames, feature, &Name::feature);
        if (name != kNames.end()) {
            base::print(sink, "{}{}", gap, name->text);
        } else {
            base::print(sink, "{}bit{}", gap, bit);
        }
        gap = " ";
    }
}

} // namespace kvm
