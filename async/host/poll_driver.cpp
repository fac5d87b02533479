#include "async/host/poll_driver.hpp"

#include <ctime>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace async::host {

using base::Nanoseconds;
using base::u64;

namespace {

constexpr u64 kSecond = 1'000'000'000;

timespec timespec_of(Nanoseconds time) {
    return {.tv_sec = static_cast<time_t>(time.value() / kSecond),
            .tv_nsec = static_cast<long>(time.value() % kSecond)};
}

} // namespace

PollDriver::PollDriver() { ASSERT(pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) == 0, "no pipe for a worker"); }

PollDriver::~PollDriver() {
    for (const int end : pipe_) {
        close(end);
    }
}

bool PollDriver::is_ready(int file, short events) {
    pollfd one{.fd = file, .events = events, .revents = 0};
    return poll(&one, 1, 0) > 0;
}

void PollDriver::collect_files() {
    files_.assign(1, {.fd = pipe_[0], .events = POLLIN, .revents = 0});
    for (WaitLeaf& waiter : waiters_) {
        const Wait& wait = static_cast<Wait&>(waiter);
        files_.push_back({.fd = wait.file_, .events = wait.events_, .revents = 0});
    }
}

void PollDriver::wake_ready() {
    std::size_t index = 1;
    WaitLeaf* next = waiters_.front();
    while (next != nullptr) {
        WaitLeaf& waiter = *next;
        next = waiters_.next(waiter);
        if (files_.at(index).revents != 0) {
            waiters_.remove(waiter);
            waiter.wake();
        }
        ++index;
    }
}

void PollDriver::park(std::optional<Nanoseconds> deadline) {
    const bool waits = !deadline || deadline->value() != 0;
    if (!waits && waiters_.empty()) {
        return;
    }
    collect_files();
    const Nanoseconds now = this->now();
    const timespec left = timespec_of(deadline && *deadline > now ? *deadline - now : Nanoseconds{0});
    if (ppoll(files_.data(), files_.size(), deadline ? &left : nullptr, nullptr) > 0) {
        std::array<char, 64> bytes;
        while (read(pipe_[0], bytes.data(), bytes.size()) > 0) {
        }
        wake_ready();
    }
}

void PollDriver::wake() {
    // A full pipe wakes as well.
    static_cast<void>(!write(pipe_[1], "", 1));
}

Nanoseconds PollDriver::now() const {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return Nanoseconds{static_cast<u64>(time.tv_sec) * kSecond + static_cast<u64>(time.tv_nsec)};
}

u64 PollDriver::entropy() const {
    u64 number = 0;
    ASSERT(getrandom(&number, sizeof(number), 0) == sizeof(number), "the host has no random numbers");
    return number;
}

} // namespace async::host
