// `tess bench`: figures, held against targets and set beside those of others.
#include <algorithm>
#include <format>
#include <optional>
#include <print>
#include <sstream>

#include "tools/tess/verbs/bench_groups.hpp"
#include "tools/tess/verbs/options.hpp"
#include "tools/tess/verbs/verbs.hpp"
#include "tools/tess/verbs/yardstick.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess bench [GROUP] [--compare FILE | --linux]     (./bench is: tess bench)
  without a group: the groups that exist
  --compare FILE     sets the figures beside another system's, such as a Linux guest's: name value unit lines
  --linux            measures a Linux guest in the same run and sets the figures beside its)";

constexpr std::string_view kTargets = "tests/bench/targets.tsv";
constexpr std::string_view kNames = "tests/bench/names.tsv";

std::vector<std::string> split(const std::string& line, char at) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, at);) {
        parts.push_back(part);
    }
    return parts;
}

/// Rows of a file, without comments, split at tabs.
std::vector<std::vector<std::string>> read_rows(std::string_view path, char at) {
    bool found = false;
    std::istringstream lines(read_file(std::string(path), found));
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line[0] != '#') {
            rows.push_back(split(line, at));
        }
    }
    return rows;
}

void print_figure(const Figure& figure) {
    const auto [least, most] = std::ranges::minmax(figure.values);
    std::println("{} {:.10g} {} {:.10g} {:.10g} {}", figure.name, figure.median(), figure.unit, least, most,
                 figure.values.size());
}

/// A missed target is printed as missed; it is no failure of the measurement.
void hold_against_targets(const std::vector<Figure>& figures) {
    for (const auto& row : read_rows(kTargets, '\t')) {
        const auto at = std::ranges::find(figures, row[0], &Figure::name);
        if (row.size() < 4 || row[2] == "-" || at == figures.end()) {
            continue;
        }
        const double target = std::stod(row[2]);
        const bool is_max = row[3] == "max";
        const bool is_met = is_max ? at->median() <= target : at->median() >= target;
        const double ratio = is_max ? at->median() / target : target / at->median();
        std::println(stderr, "{:<28} target {} {} {}  {}", row[0], row[3], row[2], row[1],
                     is_met ? "ok" : std::format("MISSED by {:.2f}x", ratio));
    }
}

using Rows = std::vector<std::vector<std::string>>;

/// Below 1 is in our favour.
void compare_with(const std::vector<Figure>& figures, const Rows& theirs) {
    for (const auto& pair : read_rows(kNames, '\t')) {
        const auto ours = std::ranges::find(figures, pair[0], &Figure::name);
        const auto other =
            std::ranges::find_if(theirs, [&pair](const auto& row) { return row.size() >= 3 && row[0] == pair[1]; });
        if (ours != figures.end() && other != theirs.end() && (*other)[2] == ours->unit) {
            std::println("{} {:.6g} against {} {} ratio {:.3f}", pair[0], ours->median(), (*other)[1], ours->unit,
                         ours->median() / std::stod((*other)[1]));
        }
    }
}

ExitStatus measure(const Group& group, const Options& options) {
    std::println("# tess bench {}: release kernel, {}", group.name, group.how);
    const Measured figures = group.measure();
    if (!figures) {
        return ExitStatus::Failed;
    }
    std::ranges::for_each(*figures, print_figure);
    hold_against_targets(*figures);
    if (options.has("--compare")) {
        compare_with(*figures, read_rows(options.get("--compare", ""), ' '));
    }
    if (options.has("--linux")) {
        const auto theirs = yardstick::measure_linux();
        if (!theirs) {
            return ExitStatus::Failed;
        }
        compare_with(*figures, *theirs);
    }
    return ExitStatus::Good;
}

} // namespace

ExitStatus bench_verb(const Words& arguments) {
    const auto options = parse_options(arguments, {.with_value = {"--compare"}, .flags = {"--linux", "--help"}});
    if (!options || options->words.size() > 1) {
        return refuse(options ? "one group at a time" : options.error(), kUsage);
    }
    if (options->has("--help")) {
        std::println("{}", kUsage);
        return ExitStatus::Good;
    }
    for (const Group& group : bench_groups()) {
        if (options->words.empty()) {
            std::println("{:<10} {}", group.name, group.about);
        } else if (group.name == options->words[0]) {
            return measure(group, *options);
        }
    }
    return options->words.empty() ? ExitStatus::Good : refuse("there is no group '" + options->words[0] + "'", kUsage);
}

} // namespace tess
