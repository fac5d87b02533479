/// A pool on threads of the host.
///
///     Result<int> result = async::host::run({.workers = 2}, serve, std::move(socket));
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "async/host/heap_source.hpp"
#include "async/host/poll_driver.hpp"
#include "async/pool.hpp"

namespace async::host {

struct Options {
    base::usize workers = 1;
    Pool::Mode mode = Pool::Mode::Stealing;
};

/// Drivers, executors and the pool. Worker 0 is the thread of the caller.
class Threads {
  public:
    explicit Threads(Options options);
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    /// Once. See Pool::run().
    template <class F, class... Arguments>
    auto run(F function, Arguments... arguments) {
        std::vector<std::thread> others = start_others();
        auto result = pool_.run(workers_.front().executor, std::move(function), std::move(arguments)...);
        for (std::thread& other : others) {
            other.join();
        }
        return result;
    }

    [[nodiscard]] Pool& pool() { return pool_; }

    [[nodiscard]] PollDriver& driver(base::usize index) { return workers_.at(index).driver; }

    [[nodiscard]] Executor& executor(base::usize index) { return workers_.at(index).executor; }

  private:
    struct Worker {
        explicit Worker(FrameSource& source) : executor(driver, source) {}

        PollDriver driver;
        Executor executor;
    };

    std::vector<std::thread> start_others();

    HeapSource source_;
    Pool pool_;
    std::deque<Worker> workers_;
};

/// Runs function(arguments...) and all that it spawns.
template <class F, class... Arguments>
auto run(Options options, F function, Arguments... arguments) {
    Threads threads(options);
    return threads.run(std::move(function), std::move(arguments)...);
}

} // namespace async::host
