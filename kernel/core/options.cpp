#include "kernel/core/options.hpp"

#include <array>

#include "kernel/core/log_line.hpp"
#include "kernel/platform/platform.hpp"
#include "libs/boot/command_line.hpp"
#include "libs/virtio_mmio/slot.hpp"

namespace kernel::core {

namespace {

using base::usize;

/// After these a hostile or broken line has made its point.
constexpr usize kMaximumWarnings = 8;

/// Takes a value; false if it is impossible.
using Taker = bool (*)(std::string_view value, Options& options);

bool take_log_level(std::string_view value, Options& options) {
    constexpr std::array<std::string_view, 4> kNames{"error", "warning", "info", "debug"};
    for (usize i = 0; i < kNames.size(); ++i) {
        if (kNames.at(i) == value) {
            options.log_level = static_cast<LogLevel>(i);
            return true;
        }
    }
    return false;
}

bool take_debug_exit(std::string_view value, Options& options) {
    const auto port = boot::parse_number(value, 0xffff);
    options.debug_exit_port = static_cast<base::u16>(port.value_or(0));
    return port.has_value();
}

bool take_clock(std::string_view value, Options& options) {
    constexpr std::array<std::string_view, 4> kNames{"any", "hypervisor", "tsc", "hpet"};
    for (usize i = 0; i < kNames.size(); ++i) {
        if (kNames.at(i) == value) {
            options.clock = static_cast<ClockChoice>(i);
            return true;
        }
    }
    return false;
}

bool take_timer(std::string_view value, Options& options) {
    constexpr std::array<std::string_view, 3> kNames{"any", "lapic", "hpet"};
    for (usize i = 0; i < kNames.size(); ++i) {
        if (kNames.at(i) == value) {
            options.timer = static_cast<TimerChoice>(i);
            return true;
        }
    }
    return false;
}

bool take_fast_path(std::string_view value, Options& options) {
    options.fast_path = value == "on";
    return options.fast_path || value == "off";
}

bool take_kaslr(std::string_view value, Options&) { return value == "on" || value == "off"; }

bool take_nokaslr(std::string_view value, Options&) { return value.empty(); }

bool take_test(std::string_view value, Options& options) {
    options.test_pattern = value;
    return true;
}

bool take_refuse(std::string_view value, Options& options) {
    options.refuse_allocations = value == "allocations";
    return options.refuse_allocations;
}

bool take_crash(std::string_view value, Options& options) {
    options.crash = value;
    return true;
}

/// Platform reads it: there may be many.
bool take_virtio_slot(std::string_view value, Options&) { return virtio_mmio::parse_slot(value).has_value(); }

struct Known {
    std::string_view name;
    Taker take;
};

constexpr std::array kKnown{
    Known{"kaslr", take_kaslr}, // obeyed before this runs, where the image is placed
    Known{"log", take_log_level},       Known{"debug_exit", take_debug_exit},
    Known{"test", take_test},           Known{"crash", take_crash},
    Known{"refuse", take_refuse},       Known{"nokaslr", take_nokaslr},
    Known{"clock", take_clock},         Known{"timer", take_timer},
    Known{"fast_path", take_fast_path}, Known{platform::kVirtioSlotOption, take_virtio_slot},
};

const Known* find(std::string_view name) {
    for (const Known& known : kKnown) {
        if (known.name == name) {
            return &known;
        }
    }
    return nullptr;
}

/// Empty if the option was taken; else what is wrong with it.
std::string_view apply(const boot::Option& option, Options& options) {
    const Known* known = find(option.name);
    if (known == nullptr) {
        return "unknown option";
    }
    return known->take(option.value, options) ? "" : "impossible value of option";
}

} // namespace

Options parse_options(std::string_view command_line) {
    Options options;
    boot::CommandLine words(command_line);
    boot::Option option;
    usize wrong = 0;
    while (words.next(option)) {
        const std::string_view problem = apply(option, options);
        if (!problem.empty() && ++wrong <= kMaximumWarnings) {
            LOG_WARNING("{} \"{}\"", problem, option.name.substr(0, 64));
        }
    }
    if (wrong > kMaximumWarnings) {
        LOG_WARNING("and {} more wrong options", wrong - kMaximumWarnings);
    }
    return options;
}

} // namespace kernel::core
