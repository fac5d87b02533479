#include <format>
#include <regex>

#include "tools/tess/scenario/scenario.hpp"

namespace tess::scenario {

bool matches(const std::string& text, const std::string& pattern) {
    return std::regex_search(text, std::regex(pattern));
}

void Judge::take(const std::string& line) {
    for (const std::string& forbidden : case_.forbid) {
        if (offence_.empty() && matches(line, forbidden)) {
            offence_ = line;
        }
    }
    std::erase_if(missing_, [&line](const std::string& pattern) { return matches(line, pattern); });
    if (next_ < case_.expect.size() && matches(line, case_.expect[next_])) {
        ++next_;
    }
}

std::string Judge::verdict(const process::Outcome& outcome) const {
    if (!offence_.empty()) {
        return std::format("forbidden line: {}", offence_);
    }
    if (!is_satisfied()) {
        const std::string why = outcome.timed_out
                                    ? std::format("did not come within {} s", case_.limit.count())
                                    : std::format("did not come before the end (status {})", outcome.status);
        const bool is_ordered = next_ < case_.expect.size();
        return std::format("expected line: {}: {}", is_ordered ? case_.expect[next_] : missing_.front(), why);
    }
    if (case_.status == kStillRunning) {
        return outcome.stopped ? "" : std::format("it ended by itself with status {}", outcome.status);
    }
    if (outcome.timed_out) {
        return std::format("it did not end within {} s", case_.limit.count());
    }
    return outcome.status == case_.status ? "" : std::format("status {}, {} expected", outcome.status, case_.status);
}

std::string Judge::verdict_of_idleness(std::optional<double> share) const {
    constexpr double kPercent = 100;
    if (case_.idle.window.count() == 0) {
        return {};
    }
    if (!share) {
        return "its idleness was not measured";
    }
    return *share * kPercent <= case_.idle.percent
               ? ""
               : std::format("idle, it used {:.2f} % of a processor; {} % is the bound", *share * kPercent,
                             case_.idle.percent);
}

} // namespace tess::scenario
