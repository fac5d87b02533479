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

/// Sets `choice` to the place of `value` among `names`; false if it is not there.
template <class Choice, usize kCount>
bool take_name(std::string_view value, const std::array<std::string_view, kCount>& names, Choice& choice) {
    for (usize i = 0; i < kCount; ++i) {
        if (names.at(i) == value) {
            choice = static_cast<Choice>(i);
            return true;
        }
    }
    return false;
}

bool take_log_level(std::string_view value, Options& options) {
    return take_name(value, std::array<std::string_view, 4>{"error", "warning", "info", "debug"}, options.log_level);
}

bool take_debug_exit(std::string_view value, Options& options) {
    const auto port = boot::parse_number(value, 0xffff);
    options.debug_exit_port = static_cast<base::u16>(port.value_or(0));
    return port.has_value();
}

bool take_clock(std::string_view value, Options& options) {
    return take_name(value, std::array<std::string_view, 4>{"any", "hypervisor", "tsc", "hpet"}, options.clock);
}

bool take_timer(std::string_view value, Options& options) {
    return take_name(value, std::array<std::string_view, 3>{"any", "lapic", "hpet"}, options.timer);
}

bool take_idle(std::string_view value, Options& options) {
    return take_name(value, std::array<std::string_view, 4>{"any", "halt", "watch", "poll"}, options.idle);
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
    Known{"log", take_log_level},
    Known{"debug_exit", take_debug_exit},
    Known{"test", take_test},
    Known{"crash", take_crash},
    Known{"refuse", take_refuse},
    Known{"nokaslr", take_nokaslr},
    Known{"clock", take_clock},
    Known{"timer", take_timer},
    Known{"fast_path", take_fast_path},
    Known{"idle", take_idle},
    Known{platform::kVirtioSlotOption, take_virtio_slot},
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
