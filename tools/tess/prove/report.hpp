/// Findings of one rule.
#pragma once

#include <string>

#include "tools/tess/prove/model.hpp"
#include "tools/tess/system/finding.hpp"

namespace tess::prove {

/// Adds to `findings`, which outlives it as the model does.
class Report {
  public:
    Report(const Model& model, system::Findings& findings, std::string rule)
        : model_(model), findings_(findings), rule_(std::move(rule)) {}

    /// `path` is what is wrong: "component.shell.budget.memory".
    void error(const std::string& path, std::string problem, std::string remedy) {
        add(path, system::Severity::Error, std::move(problem), std::move(remedy));
    }

    void warning(const std::string& path, std::string problem, std::string remedy) {
        add(path, system::Severity::Warning, std::move(problem), std::move(remedy));
    }

    void note(const std::string& path, std::string text) { add(path, system::Severity::Note, std::move(text), ""); }

  private:
    void add(const std::string& path, system::Severity severity, std::string problem, std::string remedy) {
        findings_.push_back({model_.place(path), severity, rule_, std::move(problem), std::move(remedy)});
    }

    const Model& model_;
    system::Findings& findings_;
    std::string rule_;
};

} // namespace tess::prove
