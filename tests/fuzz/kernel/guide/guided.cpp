#include "tests/fuzz/kernel/guide/guided.hpp"

#include <format>
#include <fstream>
#include <print>

namespace tests::fuzz {

namespace {

/// Of a boot: enough that it does not matter what booting takes, and few enough that the next ones soon know of them.
constexpr usize kInputs = 500;
/// The youngest of the corpus has come from so many others that were kept for what they reached.
constexpr usize kLeastDepth = 3;

class Guide {
  public:
    explicit Guide(const Goal& goal) : goal_(goal), random_(goal.seed) {}

    std::expected<Reached, std::string> run(const Inputs& seeds) {
        std::vector<Item> items;
        for (const Bytes& seed : seeds) {
            items.push_back({seed, 0});
            reached_.corpus.add(items.back());
        }
        if (auto problem = try_all(items); !problem.empty()) {
            return std::unexpected(problem);
        }
        reached_.seed_blocks = coverage_.blocks();
        for (usize generation = 1; reached_.entries < goal_.entries; ++generation) {
            if (auto problem = try_all(breed()); !problem.empty()) {
                return std::unexpected(problem);
            }
            tell(generation);
        }
        return judge();
    }

  private:
    std::vector<Item> breed() {
        std::vector<Item> children;
        while (children.size() < kInputs) {
            children.push_back(reached_.corpus.breed(random_));
        }
        return children;
    }

    /// Keeps those that are the first to reach something. What is wrong, in words; empty: nothing.
    std::string try_all(const std::vector<Item>& items) {
        Inputs inputs;
        for (const Item& item : items) {
            inputs.push_back(item.bytes);
        }
        const Session session = run_session(inputs, Execution::Guided, goal_.folder);
        for (const InputBlocks& reached : session.coverage) {
            const bool is_new = coverage_.add(reached.blocks);
            const usize index = reached.input - 1;
            if (is_new && reached.input != 0 && index < items.size() && items[index].generation != 0) {
                reached_.corpus.add(items[index]);
            }
        }
        reached_.entries += session.entries;
        reached_.successes += session.successes;
        reached_.blocks = coverage_.blocks();
        return session.is_good ? "" : tell_of_failure(session, inputs, Execution::Guided, goal_.folder);
    }

    void tell(usize generation) const {
        constexpr usize kSome = 10;
        if (generation % kSome == 0) {
            std::println("{} entries, {} blocks, corpus of {}", reached_.entries, reached_.blocks,
                         reached_.corpus.size());
        }
    }

    /// Guidance that is dead finds what one change reaches, and nothing behind it.
    std::expected<Reached, std::string> judge() {
        if (reached_.blocks <= reached_.seed_blocks || reached_.corpus.deepest() < kLeastDepth) {
            return std::unexpected(std::format("nothing guides: {} blocks, {} by the seeds alone, lines of {} inputs",
                                               reached_.blocks, reached_.seed_blocks, reached_.corpus.deepest()));
        }
        return reached_;
    }

    const Goal& goal_;
    Random random_;
    Coverage coverage_;
    Reached reached_;
};

std::string write(const Inputs& inputs, const std::string& path) {
    std::ofstream(path) << text_of(inputs);
    return path;
}

} // namespace

std::expected<Reached, std::string> run_guided(const Inputs& seeds, const Goal& goal) { return Guide(goal).run(seeds); }

std::string tell_of_failure(const Session& session, const Inputs& inputs, Execution execution,
                            const std::string& folder) {
    std::ofstream(folder + "/console") << session.console;
    const usize last = std::min(session.last_input, inputs.size());
    if (last == 0) {
        return std::format("{}, before any input; console: {}/console", session.problem, folder);
    }
    const Inputs alone{inputs[last - 1]};
    const bool needs_others = run_session(alone, execution, folder + "/alone").is_good;
    const Inputs upto(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(last));
    const std::string path = write(needs_others ? upto : alone, folder + "/failed.txt");
    return std::format("{}\n  at input {} of {}, {}; console: {}/console\n  again: "
                       "out/host-release/tests/fuzz/kernel/kernel_fuzz again {}",
                       session.problem, last, inputs.size(),
                       needs_others ? "after those before it, not alone" : "alone too", folder, path);
}

} // namespace tests::fuzz
