#include <algorithm>
#include <format>

#include "tools/lint/joined_units.hpp"
#include "tools/lint/tool_checks.hpp"
#include "tools/lint/tool_run.hpp"
#include "tools/lint/worlds.hpp"

namespace lint {

namespace {

constexpr const char* kTidy = "clang-tidy-19";
constexpr std::string_view kClash = "[clang-diagnostic-error]";

/// Runs of clang-tidy on units.
class Runs {
  public:
    explicit Runs(const std::vector<File>& files)
        : includes_(files), version_(version_of(kTidy) + read_text(".clang-tidy")) {}

    [[nodiscard]] ToolRun of(const JoinedUnit& unit) const {
        std::string path = unit.members.front();
        if (unit.members.size() > 1) {
            std::ranges::replace(path, '/', '_');
            path = "out/lint/tidy/" + path;
            write_text(path, unit.text());
        }
        auto command = with_words({kTidy, "--quiet", "--config-file=.clang-tidy", path, "--"}, unit.flags);
        // The compiler has warned already, and of what stands together it would warn of more.
        command.emplace_back("-w");
        return {path, command, key_of(version_, command, includes_.text_of(unit.members))};
    }

    void add_each(const JoinedUnit& unit, std::vector<ToolRun>& runs) const {
        for (const std::string& member : unit.members) {
            runs.push_back(of({{member}, unit.flags}));
        }
    }

  private:
    Includes includes_;
    std::string version_;
};

std::vector<CompiledSource> sources_of(const std::vector<File>& files, const Worlds& worlds) {
    std::vector<CompiledSource> sources;
    for (const File& file : files) {
        const CompileCommands& commands = worlds.of(file.path);
        if (file.has_extension(".cpp") && !file.is_test() && !is_foreign(file) && commands.has(file.path)) {
            sources.push_back({file.path, commands.flags_for(file.path), file.text});
        }
    }
    return sources;
}

Findings judge(const ToolRun& run, int status, const std::string& output) {
    return status == 0 ? Findings{} : parse_diagnostics(output, run.path, "the check's page of clang-tidy tells more");
}

} // namespace

Findings check_tidy(const std::vector<File>& files) {
    Findings findings;
    const std::optional<Worlds> worlds = Worlds::read(findings);
    if (!worlds) {
        return findings;
    }
    const Runs all(files);
    const ResultCache passed("tidy");
    // Units whose members' names are in each other's way after all: they are looked at one by one.
    const ResultCache apart("tidy_apart");
    const auto judge_together = [&apart](const ToolRun& run, int status, const std::string& output) {
        if (output.contains(kClash)) {
            apart.note_pass(run.key);
            return Findings{};
        }
        return judge(run, status, output);
    };
    std::vector<ToolRun> together;
    std::vector<ToolRun> each;
    const std::vector<JoinedUnit> units = join_units(sources_of(files, *worlds));
    for (const JoinedUnit& unit : units) {
        (unit.members.size() > 1 ? together : each).push_back(all.of(unit));
    }
    append(findings, run_tools(together, passed, judge_together));
    for (const JoinedUnit& unit : units) {
        if (unit.members.size() > 1 && apart.has_passed(all.of(unit).key)) {
            all.add_each(unit, each);
        }
    }
    append(findings, run_tools(each, passed, judge));
    return findings;
}

} // namespace lint
