// Fuzzes the kernel's interface in QEMU, led by what inputs make the kernel execute; in the tree's root.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>
#include <print>
#include <string>
#include <vector>

#include "tests/fuzz/kernel/guide/guided.hpp"
#include "tools/tess/process/process.hpp"

namespace {

using namespace tests::fuzz;

using Words = std::vector<std::string>;

constexpr const char* kSeeds = "tests/fuzz/kernel/seeds.txt";
constexpr const char* kFolder = "out/fuzz/kernel/";

constexpr std::string_view kUsage = R"(usage: kernel_fuzz VERB ...
  guided NAME ENTRIES [SEED]   from tests/fuzz/kernel/seeds.txt on; the corpus goes to out/fuzz/kernel/NAME/corpus.txt
  race NAME ENTRIES TIMES      so many guided entries, then what they have found, with a thread for each processor
  again FILE                   inputs once more, as guided ones; shows the console)";

int fail(const std::string& problem) {
    std::println("error: {}", problem);
    return 1;
}

/// Says what has come of it; nothing: it failed.
std::optional<Reached> lead(const std::string& name, usize entries, u64 seed) {
    const auto seeds = read_inputs(kSeeds);
    const std::string folder = kFolder + name;
    auto reached = seeds.and_then(
        [&](const Inputs& inputs) { return run_guided(inputs, {.entries = entries, .seed = seed, .folder = folder}); });
    if (!reached) {
        fail(reached.error());
        return std::nullopt;
    }
    std::ofstream(folder + "/corpus.txt") << text_of(reached->corpus.inputs());
    std::println(
        "{} entries, {} succeeded, {} blocks of the kernel covered, {} by the seeds alone; corpus of {}, lines "
        "of up to {}",
        reached->entries, reached->successes, reached->blocks, reached->seed_blocks, reached->corpus.size(),
        reached->corpus.deepest());
    return *reached;
}

/// Each time from another one on.
int race(const std::string& name, usize entries, usize times) {
    const auto reached = lead(name, entries, 1);
    if (!reached) {
        return 1;
    }
    Inputs inputs = reached->corpus.inputs();
    usize raced = 0;
    for (usize time = 0; time < times; ++time) {
        const Session session = run_session(inputs, Execution::Racing, kFolder + name);
        if (!session.is_good) {
            return fail(tell_of_failure(session, inputs, Execution::Racing, kFolder + name));
        }
        raced += session.entries;
        std::ranges::rotate(inputs, inputs.begin() + static_cast<std::ptrdiff_t>(inputs.size() / 3));
    }
    std::println("{} entries raced, nothing found", raced);
    return 0;
}

int again(const std::string& path) {
    const auto inputs = read_inputs(path);
    if (!inputs) {
        return fail(inputs.error());
    }
    const Session session = run_session(*inputs, Execution::Guided, std::string(kFolder) + "again");
    std::println("{}", session.console);
    return session.is_good ? 0 : fail(session.problem);
}

/// The decimal number `word`; nothing: it is none.
std::optional<u64> number_in(const std::string& word) {
    u64 number = 0;
    const std::string_view text = word;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    return error == std::errc() && end == text.end() ? std::optional(number) : std::nullopt;
}

int dispatch(const Words& words) {
    const auto number = [&words](usize index) {
        return index < words.size() ? number_in(words[index]) : std::optional<u64>(1);
    };
    const std::optional<u64> first = number(2);
    const std::optional<u64> second = number(3);
    if (first && second && (words.size() == 3 || words.size() == 4) && words[0] == "guided") {
        return lead(words[1], *first, *second) ? 0 : 1;
    }
    if (first && second && words.size() == 4 && words[0] == "race") {
        return race(words[1], *first, *second);
    }
    if (words.size() == 2 && words[0] == "again") {
        return again(words[1]);
    }
    std::println(stderr, "{}", kUsage);
    return 2;
}

} // namespace

int main(int count, char** arguments) {
    Words words;
#pragma clang unsafe_buffer_usage begin
    // SAFETY: the C run time passes `count` words.
    for (int i = 1; i < count; ++i) {
        words.emplace_back(arguments[i]);
    }
#pragma clang unsafe_buffer_usage end
    setvbuf(stdout, nullptr, _IOLBF, 0);
    tess::process::catch_interrupts();
    return dispatch(words);
}
