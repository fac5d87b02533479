#include "async/host/threads.hpp"

namespace async::host {

Threads::Threads(Options options) : pool_(options.mode) {
    for (base::usize i = 0; i < options.workers; ++i) {
        pool_.add(workers_.emplace_back(source_).executor);
    }
}

std::vector<std::thread> Threads::start_others() {
    std::vector<std::thread> others;
    for (base::usize i = 1; i < workers_.size(); ++i) {
        others.emplace_back([this, i] { workers_.at(i).executor.work(); });
    }
    return others;
}

} // namespace async::host
