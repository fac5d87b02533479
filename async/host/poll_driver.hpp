/// Workers of a program of the host: files to wait for, by ppoll.
///
///     co_await driver.readable(socket);
#pragma once

#include <array>
#include <poll.h>
#include <vector>

#include "async/driver.hpp"
#include "async/wait_leaf.hpp"
#include "base/units.hpp"

namespace async::host {

/// One for each worker. Only wake() may be called by other threads.
class PollDriver {
  public:
    static constexpr bool kPicks = false;

    /// See readable() and writable().
    class Wait final : public LeafOf<Wait, WaitLeaf> {
      public:
        Wait(PollDriver& driver, int file, short events) : driver_(driver), file_(file), events_(events) {}

        [[nodiscard]] Ready try_now() const { return is_ready(file_, events_) ? Ready::Yes : Ready::No; }

        void park() { driver_.waiters_.push_back(*this); }

        static void take() {}

        void cancel(Error reason) override { cancel_in(driver_.waiters_, reason); }

        [[nodiscard]] std::string_view name() const override { return "file"; }

      private:
        friend class PollDriver;

        PollDriver& driver_;
        int file_;
        short events_;
    };

    PollDriver();
    ~PollDriver();
    PollDriver(const PollDriver&) = delete;
    PollDriver& operator=(const PollDriver&) = delete;

    void park(std::optional<base::Nanoseconds> deadline);
    void wake();
    [[nodiscard]] base::Nanoseconds now() const;
    [[nodiscard]] base::u64 entropy() const;

    [[nodiscard]] static Job* pick(ReadyQueue& ready) { return ready.pop(); }

    /// To be awaited by a Job of this worker: until `file`, which stays open, can be read without waiting, or is at its
    /// end or broken.
    [[nodiscard]] Wait readable(int file) { return {*this, file, POLLIN}; }

    /// The same for writing.
    [[nodiscard]] Wait writable(int file) { return {*this, file, POLLOUT}; }

  private:
    [[nodiscard]] static bool is_ready(int file, short events);
    void collect_files();
    void wake_ready();

    WaitLeaf::List waiters_;
    std::vector<pollfd> files_; ///< the wake pipe, then as in waiters_
    std::array<int, 2> pipe_{};
};

} // namespace async::host
