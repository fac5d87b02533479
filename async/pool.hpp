/// The workers of a program.
///
///     Pool pool(Pool::Mode::Stealing);
///     pool.add(executor);                            // for each worker, before any works
///     Result<int> result = pool.run(executor, serve, std::move(socket));   // on one thread; the others: work()
///
///     co_await pool.spawn(answer(std::move(request)));   // begins on whichever worker is first
#pragma once

#include <array>
#include <atomic>
#include <type_traits>
#include <utility>

#include "async/embedded_job.hpp"
#include "async/executor.hpp"
#include "async/pool_job.hpp"
#include "async/task.hpp"

namespace async {

/// Ends when its main Job and all Jobs spawned into it have ended; the first error cancels all others and is the
/// result. Outlives its executors' work, and is used once.
class Pool {
  public:
    enum class Mode : base::u8 {
        Stealing, ///< a Job that has not begun is taken by whoever has nothing else to do
        PerCore,  ///< a Job begins where it was spawned
    };

    static constexpr base::usize kMaxWorkers = 64;

    explicit Pool(Mode mode) : mode_(mode) {}

    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// Before any of them works.
    void add(Executor& executor);

    /// The Job function(arguments...) is the main one, on `here`, which is the caller's thread. Returns when all have
    /// ended.
    template <class F, class... Arguments>
    auto run(Executor& here, F function, Arguments... arguments)
        -> Result<typename std::invoke_result_t<F, Arguments...>::value_type>;

    /// Begins a main Job that `main`, in which the caller has constructed nothing else, holds. For those who turn the
    /// executors themselves.
    template <class T>
    Result<void> begin(Executor& here, EmbeddedJob<T>& main, Task<T> task);

    /// What run() returns, when all have ended.
    template <class T>
    Result<T> finish(EmbeddedJob<T>& main);

    /// From a Job of this pool. NoMemory if there is no room for its record or frame.
    Result<void> spawn(Task<void> task);

    /// The same, but it begins on `worker`.
    Result<void> post(Executor& worker, Task<void> task);

    /// Its oldest Job that has not begun, or the nearest other worker's. Null if there is none.
    [[nodiscard]] Job* take_fresh(Executor& here);

    [[nodiscard]] bool has_fresh(Executor& here);

    [[nodiscard]] bool has_ended() const { return jobs_.load(std::memory_order_acquire) == 0; }

    /// A Job has ended.
    void end_job(Error error);

    [[nodiscard]] Mode mode() const { return mode_; }

    [[nodiscard]] base::usize worker_count() const { return count_; }

    [[nodiscard]] Executor& worker(base::usize index) { return *workers_[index]; }

  private:
    Result<PoolJob*> make_job(Task<void>& task);
    void nudge_one(Executor& here);
    void cancel(Error error);
    [[nodiscard]] Error first_error() const;
    [[nodiscard]] base::usize index_of(const Executor& executor) const;

    std::array<Executor*, kMaxWorkers> workers_{};
    base::usize count_ = 0;
    Mode mode_;
    std::atomic<base::u64> jobs_{1}; ///< not ended; the main one counts from the start
    std::atomic<Error> error_{Error()};
};

template <class T>
Result<void> Pool::begin(Executor& here, EmbeddedJob<T>& main, Task<T> task) {
    if (!task) {
        jobs_.store(0);
        return abi::Error::NoMemory;
    }
    main.add_root(task, here);
    return {};
}

template <class T>
Result<T> Pool::finish(EmbeddedJob<T>& main) {
    if (const Error error = first_error(); error.is_error()) {
        return error;
    }
    if constexpr (std::is_void_v<T>) {
        main.take();
        return {};
    } else {
        return main.take();
    }
}

template <class F, class... Arguments>
auto Pool::run(Executor& here, F function, Arguments... arguments)
    -> Result<typename std::invoke_result_t<F, Arguments...>::value_type> {
    // Also while what is left of the main Job goes.
    const Executor::Use use(here);
    EmbeddedJob<typename std::invoke_result_t<F, Arguments...>::value_type> main;
    if (const auto begun = begin(here, main, function(std::move(arguments)...)); !begun) {
        return begun.error();
    }
    here.work();
    return finish(main);
}

} // namespace async
