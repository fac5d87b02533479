/// tess: runs, tests, measures and explains Tessera from the host. docs/testing.md and docs/debugging.md show its use.
#include <array>
#include <cstdio>
#include <print>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "tools/tess/process/process.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace {

constexpr std::string_view kUsage = R"(usage: tess VERB ...
  run SYSTEM [options]      boots a system of systems/ in this terminal
  test [NAME ...]           builds and tests everything, or the named parts
  bench [GROUP]             measures in instructions; without a group, lists them
  check [SYSTEM]            proves a system's description
  plan [SYSTEM]             makes the plan that init reads, or prints it
  graph [SYSTEM]            draws components and routes, as SVG
  new component NAME        makes a service with its tests and its system
  build SYSTEM              packs a system's boot bundle
  inspect FILE              lists a boot bundle and checks it
  symbolize FILE|-          adds function, file and line to a saved report
  completion bash           prints what makes bash complete all this
tess VERB --help tells more.)";

struct Verb {
    std::string_view name;
    tess::ExitStatus (*run)(const tess::Words&);
};

constexpr std::array kVerbs{
    Verb{"run", tess::run_verb},
    Verb{"test", tess::test_verb},
    Verb{"bench", tess::bench_verb},
    Verb{"check", tess::check_verb},
    Verb{"plan", tess::plan_verb},
    Verb{"graph", tess::graph_verb},
    Verb{"build", tess::build_verb},
    Verb{"inspect", tess::inspect_verb},
    Verb{"symbolize", tess::symbolize_verb},
    Verb{"new", tess::new_verb},
    Verb{"completion", tess::completion_verb},
};

tess::ExitStatus dispatch(const tess::Words& words) {
    if (words.empty()) {
        return tess::refuse("a verb is needed", std::string(kUsage));
    }
    if (words[0] == "--help" || words[0] == "-h") {
        std::println("{}", kUsage);
        return tess::ExitStatus::Good;
    }
    const std::string root = tess::find_root();
    if (root.empty() || chdir(root.c_str()) != 0) {
        std::println(stderr, "error: this is not inside a Tessera tree");
        return tess::ExitStatus::NotBuilt;
    }
    for (const Verb& verb : kVerbs) {
        if (verb.name == words[0]) {
            return verb.run(tess::Words(words.begin() + 1, words.end()));
        }
    }
    return tess::refuse("unknown verb '" + words[0] + "'", std::string(kUsage));
}

} // namespace

int main(int count, char** arguments) {
    tess::Words words;
#pragma clang unsafe_buffer_usage begin
    // SAFETY: the C run time passes `count` words.
    for (int i = 1; i < count; ++i) {
        words.emplace_back(arguments[i]);
    }
#pragma clang unsafe_buffer_usage end
    setvbuf(stdout, nullptr, _IOLBF, 0);
    tess::process::catch_interrupts();
    const tess::ExitStatus status = dispatch(words);
    return static_cast<int>(tess::process::was_interrupted() ? tess::ExitStatus::Interrupted : status);
}
