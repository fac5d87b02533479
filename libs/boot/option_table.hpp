/// Command line options declared as a table, and applied to a structure `Options` of the caller.
///
///     constexpr std::array kKnown{KnownOption<Options>{"log", take_log_level}, …};
///     apply_options(line, kKnown, options, [](std::string_view problem, std::string_view name) { … });
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "libs/boot/command_line.hpp"

namespace boot {

template <class Options>
struct KnownOption {
    std::string_view name;
    /// Takes the value; false if it is an impossible one, which then must have changed nothing.
    bool (*take)(std::string_view value, Options& options);
};

/// A longer list of complaints says nothing more.
inline constexpr base::usize kMaximumOptionReports = 8;

/// Empty if the option was taken; else what is wrong with it.
template <class Options>
std::string_view apply_option(const Option& option, std::span<const KnownOption<Options>> known, Options& options) {
    const auto found = std::ranges::find(known, option.name, &KnownOption<Options>::name);
    if (found == known.end()) {
        return "unknown option";
    }
    return found->take(option.value, options) ? std::string_view{} : "impossible value of option";
}

/// Applies every option of `line`, in order. Calls report(problem, name) for the first kMaximumOptionReports that are
/// wrong; returns how many more there were.
template <class Options, class Report>
base::usize apply_options(std::string_view line, std::span<const KnownOption<Options>> known, Options& options,
                          Report&& report) {
    CommandLine words(line);
    Option option;
    base::usize wrong = 0;
    while (words.next(option)) {
        const std::string_view problem = apply_option(option, known, options);
        if (!problem.empty() && ++wrong <= kMaximumOptionReports) {
            report(problem, option.name);
        }
    }
    return wrong - std::min(wrong, kMaximumOptionReports);
}

} // namespace boot
