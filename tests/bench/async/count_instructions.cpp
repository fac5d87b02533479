#include "tests/bench/async/count_instructions.hpp"

#include <csignal>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests::bench {

using base::u64;

namespace {

/// Where the child stops before its work and behind it.
constexpr int kMark = SIGUSR1;

[[noreturn]] void be_counted(bool (*work)(u64 rounds), u64 rounds) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    std::raise(kMark);
    const bool is_good = work(rounds);
    std::raise(kMark);
    _exit(is_good ? 0 : 1);
}

/// The signal that stopped the child; 0 if it has ended.
int wait_for_stop(pid_t child) {
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
}

/// Steps to the second mark.
std::optional<u64> count_steps(pid_t child) {
    u64 steps = 0;
    for (int signal = SIGTRAP; signal == SIGTRAP; ++steps) {
        if (ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr) != 0) {
            return std::nullopt;
        }
        signal = wait_for_stop(child);
        if (signal == kMark) {
            return steps;
        }
    }
    return std::nullopt;
}

bool has_ended_well(pid_t child) {
    int status = 0;
    ptrace(PTRACE_CONT, child, nullptr, nullptr);
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

std::optional<u64> count_instructions(bool (*work)(u64 rounds), u64 rounds) {
    const pid_t child = fork();
    if (child == 0) {
        be_counted(work, rounds);
    }
    if (child < 0 || wait_for_stop(child) != kMark) {
        return std::nullopt;
    }
    const std::optional<u64> steps = count_steps(child);
    return has_ended_well(child) ? steps : std::nullopt;
}

} // namespace tests::bench
