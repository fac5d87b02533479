#include <algorithm>
#include <filesystem>
#include <print>
#include <vector>

#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = R"(usage: tess completion bash
  prints what makes bash complete verbs, options, systems, jobs and files: source <(tess completion bash)
usage: tess completion systems
  lists the systems)";

/// It asks tess itself for every list, so that it never knows less than the tess that it completes.
constexpr const char* kBash = R"(_tess() {
    local tess=${COMP_WORDS[0]} verb=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} words
    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$("$tess" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
    elif [[ $word == -* ]]; then
        words=$("$tess" "$verb" --help | grep -o -- '--[a-z][a-z-]*' | sort -u)
    else
        case $verb in
        run | check | plan | graph | build) words=$("$tess" completion systems) ;;
        test) words=$("$tess" test --list | awk '{ print $1; print $2 }' | sort -u) ;;
        bench) words=$("$tess" bench | awk '{ print $1 }') ;;
        new) words=component ;;
        completion) words="bash systems" ;;
        inspect | symbolize) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _tess tess)";

/// The names of systems, sorted: "default", "test/abi".
std::vector<std::string> system_names() {
    std::vector<std::string> names;
    std::error_code problem;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("systems", problem)) {
        if (entry.path().extension() == ".toml") {
            names.push_back(entry.path().lexically_relative("systems").replace_extension().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

} // namespace

ExitStatus completion_verb(const Words& arguments) {
    const auto options = read_options(arguments, {.with_value = {}, .flags = {"--help"}}, kUsage);
    if (!options) {
        return options.error();
    }
    if (options->words == Words{"bash"}) {
        std::println("{}", kBash);
        return ExitStatus::Good;
    }
    if (options->words == Words{"systems"}) {
        for (const std::string& name : system_names()) {
            std::println("{}", name);
        }
        return ExitStatus::Good;
    }
    return refuse("bash or systems", kUsage);
}

} // namespace tess
