#include "tools/tess/process/process.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tess::process {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<bool> interrupted{false};

void note_interrupt(int) { interrupted = true; }

/// Both ends of a pipe, closed in programs that are started.
struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {};
    }
    return {ends[0], ends[1]};
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    for (const std::string& word : words) {
        result.push_back(const_cast<char*>(word.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

/// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(const Command& command, const std::vector<char*>& arguments, int output) {
    if (!command.terminal) {
        setpgid(0, 0);
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
    }
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    std::signal(SIGINT, SIG_DFL);
    for (const std::string& variable : command.environment) {
        putenv(const_cast<char*>(variable.c_str()));
    }
    execvp(arguments[0], arguments.data());
    _exit(127);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

/// One running program.
class Child {
  public:
    Child(pid_t pid, bool own_group, int output) : pid_(pid), own_group_(own_group), output_(output) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { close(output_); }

    void kill_all() const { kill(own_group_ ? -pid_ : pid_, SIGKILL); }

    /// Waits up to `milliseconds` for output. Returns what came; false at the end of the output.
    bool read(int milliseconds, std::string_view& text) {
        text = {};
        pollfd waiting{output_, POLLIN, 0};
        if (poll(&waiting, 1, milliseconds) <= 0) {
            return true;
        }
        const ssize_t count = ::read(output_, buffer_.data(), buffer_.size());
        if (count <= 0) {
            return count < 0 && errno == EINTR;
        }
        text = {buffer_.data(), static_cast<std::size_t>(count)};
        return true;
    }

    int wait() const {
        int raw = 0;
        while (waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
        }
        return status_of(raw);
    }

  private:
    pid_t pid_;
    bool own_group_;
    int output_;
    std::array<char, 16384> buffer_{};
};

/// Passes the output on until it ends or must end; sets why.
void follow(Child& child, Clock::time_point start, Seconds limit, const std::function<Verdict(std::string_view)>& on_output,
            Outcome& outcome) {
    constexpr int kStep = 100;
    std::string_view text;
    while (child.read(kStep, text)) {
        outcome.stopped = !text.empty() && on_output(text) == Verdict::Stop;
        outcome.timed_out = limit.count() > 0 && Clock::now() - start > limit;
        outcome.interrupted = interrupted;
        if (outcome.stopped || outcome.timed_out || outcome.interrupted) {
            child.kill_all();
            return;
        }
    }
}

} // namespace

Outcome run(const Command& command, Seconds limit, const std::function<Verdict(std::string_view)>& on_output) {
    Outcome outcome;
    const auto start = Clock::now();
    const Pipe pipe = make_pipe();
    const std::vector<char*> arguments = pointers(command.arguments);
    const pid_t pid = pipe.read_end < 0 ? -1 : fork();
    if (pid == 0) {
        become(command, arguments, pipe.write_end);
    }
    close(pipe.write_end);
    if (pid < 0) {
        close(pipe.read_end);
        outcome.status = 127;
        return outcome;
    }
    Child child(pid, !command.terminal, pipe.read_end);
    follow(child, start, limit, on_output, outcome);
    outcome.status = child.wait();
    // What the program left running in its group would hold a port or a processor.
    if (!command.terminal) {
        kill(-pid, SIGKILL);
    }
    outcome.time = Clock::now() - start;
    return outcome;
}

Captured capture(const Command& command, Seconds limit) {
    Captured captured;
    captured.outcome = run(command, limit, [&captured](std::string_view text) {
        captured.output += text;
        return Verdict::Continue;
    });
    return captured;
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    sigaction(SIGINT, &action, nullptr);
}

bool was_interrupted() { return interrupted; }

} // namespace tess::process
