#include <filesystem>
#include <format>
#include <fstream>
#include <print>

#include "base/text_view.hpp"
#include "libs/plan/describe.hpp"
#include "libs/plan/plan.hpp"
#include "tools/tess/verbs/proved_system.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess plan [SYSTEM] [--text]
  proves a system and makes the plan that init reads, out/systems/SYSTEM.plan
  --text    prints it in words instead)";

ExitStatus print_plan(std::span<const std::byte> bytes) {
    const auto plan = ::plan::Plan::open(bytes);
    if (!plan) {
        return ExitStatus::Failed;
    }
    std::print("{}", ::plan::describe(*plan));
    return ExitStatus::Good;
}

ExitStatus write_plan(const std::string& name, std::span<const std::byte> bytes) {
    const std::string path = std::format("out/systems/{}.plan", name);
    std::error_code problem;
    std::filesystem::create_directories("out/systems", problem);
    std::ofstream file(path, std::ios::binary);
    file << base::text_view(bytes);
    file.close();
    if (!file) {
        std::println(stderr, "error: cannot write {}", path);
        return ExitStatus::Failed;
    }
    std::println("{}", path);
    return ExitStatus::Good;
}

ExitStatus make_plan(const std::string& name, bool as_text) {
    const auto proved = prove_system(name, false, kUsage);
    if (!proved) {
        return proved.error();
    }
    const auto bytes = prove::compile(proved->system);
    if (!bytes) {
        std::println(stderr, "error: '{}' is larger than a plan can be", name);
        return ExitStatus::Failed;
    }
    return as_text ? print_plan(*bytes) : write_plan(proved->system.name, *bytes);
}

} // namespace

ExitStatus plan_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--text", "--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words.size() > 1) {
        return refuse("one system at a time", kUsage);
    }
    return make_plan(options->words.empty() ? "default" : options->words[0], options->has("--text"));
}

} // namespace tess
