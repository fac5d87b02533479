#include "tools/tess/system/finding.hpp"

#include <algorithm>
#include <format>

namespace tess::system {

namespace {

std::string_view word_of(Severity severity) {
    switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Note: return "note";
    }
    return {};
}

} // namespace

std::string text_of(Findings findings, const Places& places) {
    std::ranges::stable_sort(findings, {}, &Finding::place);
    std::string text;
    for (const Finding& finding : findings) {
        text += std::format("{}{}: {}: {}{}", text.empty() ? "" : "\n", places.text(finding.place),
                            word_of(finding.severity), finding.problem,
                            finding.rule.empty() ? "" : std::format(" [{}]", finding.rule));
        text += finding.remedy.empty() ? "" : std::format("\n  remedy: {}", finding.remedy);
    }
    return text;
}

bool has_errors(const Findings& findings, bool strict) {
    return std::ranges::any_of(findings, [strict](const Finding& finding) {
        return finding.severity == Severity::Error || (strict && finding.severity == Severity::Warning);
    });
}

} // namespace tess::system
