#include <algorithm>
#include <cstdlib>
#include <format>
#include <ranges>

#include "tools/tess/plan/plan.hpp"

namespace tess::plan {

namespace {

constexpr std::string_view kHeading = "## Budget";

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(' ');
    return start == std::string_view::npos ? "" : text.substr(start, text.find_last_not_of(' ') - start + 1);
}

/// "| builds | 15 | ... |": the line and its minutes; nothing if the row is another.
void add_row(std::string_view row, std::vector<Budget>& budgets) {
    const std::size_t first = row.find('|', 1);
    const std::size_t second = first == std::string_view::npos ? first : row.find('|', first + 1);
    if (!row.starts_with('|') || second == std::string_view::npos) {
        return;
    }
    const std::string minutes(trimmed(row.substr(first + 1, second - first - 1)));
    const double value = std::strtod(minutes.c_str(), nullptr);
    if (value > 0) {
        budgets.push_back({std::string(trimmed(row.substr(1, first - 1))), process::Seconds{value * 60}});
    }
}

} // namespace

std::vector<Budget> parse_budgets(std::string_view page) {
    std::vector<Budget> budgets;
    bool inside = false;
    for (const auto part : std::views::split(page, '\n')) {
        const std::string_view line(part.begin(), part.end());
        if (line.starts_with('#')) {
            inside = line == kHeading;
        } else if (inside) {
            add_row(line, budgets);
        }
    }
    return budgets;
}

BudgetReport compare(const std::vector<Budget>& budgets, const std::map<std::string, process::Seconds>& used) {
    BudgetReport report;
    process::Seconds total{0};
    process::Seconds allowed{0};
    for (const Budget& budget : budgets) {
        allowed += budget.allowed;
        const auto at = used.find(budget.line);
        if (at == used.end()) {
            continue;
        }
        total += at->second;
        const bool over = at->second > budget.allowed;
        report.exceeded = report.exceeded || over;
        report.text += std::format("{:<12} {:>6.0f} s of {:>5.0f} s{}\n", budget.line, at->second.count(),
                                   budget.allowed.count(), over ? "  OVER" : "");
    }
    report.text += std::format("{:<12} {:>6.0f} s of {:>5.0f} s\n", "total", total.count(), allowed.count());
    return report;
}

bool is_selected(const std::string& job, const std::string& budget, const std::vector<std::string>& wanted) {
    if (wanted.empty()) {
        return true;
    }
    const auto names = [&](const std::string& want) {
        return budget == want || job == want || ("." + job + ".").contains("." + want + ".");
    };
    return std::ranges::any_of(wanted, names);
}

} // namespace tess::plan
