#include <format>

#include "tools/tess/plan/plan.hpp"
#include "tools/tess/toml/toml.hpp"

namespace tess::plan {

namespace {

bool take_text(const toml::node& value, std::string& into) {
    into = value.value<std::string>().value_or("");
    return value.is_string();
}

bool take_list(const toml::node& value, std::vector<std::string>& into) {
    const toml::array* list = value.as_array();
    if (list == nullptr || list->empty()) {
        return false;
    }
    for (const toml::node& each : *list) {
        if (!take_text(each, into.emplace_back())) {
            return false;
        }
    }
    return true;
}

bool take_key(std::string_view key, const toml::node& value, Job& job) {
    if (key == "name") {
        return take_text(value, job.name);
    }
    if (key == "budget") {
        return take_text(value, job.budget);
    }
    if (key == "build") {
        return take_text(value, job.build);
    }
    if (key == "command") {
        return take_list(value, job.command);
    }
    if (key == "needs") {
        return take_list(value, job.needs);
    }
    if (key == "fuzz") {
        return take_text(value, job.fuzz);
    }
    if (key == "cores") {
        job.cores = value.value<int>().value_or(0);
        return job.cores == 1 || job.cores == 2;
    }
    if (key == "limit") {
        job.limit = process::Seconds{value.value<double>().value_or(0)};
        return job.limit.count() > 0;
    }
    if (key == "long") {
        job.long_form = value.value<bool>().value_or(false);
        return value.is_boolean();
    }
    return false;
}

std::string place_of(const std::string& file, const toml::node& node) {
    return std::format("{}:{}:{}", file, node.source().begin.line, node.source().begin.column);
}

std::expected<Job, std::string> parse_job(const toml::table& table, const std::string& file) {
    Job job;
    for (const auto& [key, value] : table) {
        if (!take_key(key.str(), value, job)) {
            return std::unexpected(
                std::format("{}: unknown key or wrong value: '{}'", place_of(file, value), key.str()));
        }
    }
    const int kinds = (job.build.empty() ? 0 : 1) + (job.command.empty() ? 0 : 1) + (job.fuzz.empty() ? 0 : 1);
    if (job.name.empty() || job.budget.empty() || kinds != 1) {
        return std::unexpected(std::format("{}: a job needs 'name', 'budget' and one of 'build', 'command', 'fuzz'",
                                           place_of(file, table)));
    }
    return job;
}

} // namespace

std::expected<std::vector<Job>, std::string> parse_plan(std::string_view text, const std::string& file_name) {
    const toml::parse_result parsed = toml::parse(text, file_name);
    if (!parsed) {
        return std::unexpected(std::format("{}:{}: {}", file_name, parsed.error().source().begin.line,
                                           std::string_view(parsed.error().description())));
    }
    const toml::array* list = parsed.table()["job"].as_array();
    if (list == nullptr || !list->is_array_of_tables() || parsed.table().size() != 1) {
        return std::unexpected(std::format("{}: it holds [[job]] tables and nothing else", file_name));
    }
    std::vector<Job> jobs;
    for (const toml::node& node : *list) {
        const auto job = parse_job(*node.as_table(), file_name);
        if (!job) {
            return std::unexpected(job.error());
        }
        jobs.push_back(*job);
    }
    return jobs;
}

} // namespace tess::plan
