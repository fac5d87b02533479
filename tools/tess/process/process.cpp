#include "tools/tess/process/process.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

/// As exec wants them; it changes nothing.
std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    for (const std::string& word : words) {
        result.push_back(const_cast<char*>(word.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

/// The program `env` adds to the environment: between fork and exec nothing may, since other threads may hold its lock.
std::vector<std::string> words_of(const Command& command) {
    if (command.environment.empty()) {
        return command.arguments;
    }
    std::vector<std::string> words{"env"};
    words.append_range(command.environment);
    words.append_range(command.arguments);
    return words;
}

/// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(const Command& command, const std::vector<char*>& arguments, int output) {
    // Ctrl-C is ours to answer, even if we are ended in a way that cannot be answered.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!command.terminal) {
        setpgid(0, 0);
        dup2(command.input >= 0 ? command.input : open("/dev/null", O_RDONLY), STDIN_FILENO);
    }
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGHUP, SIG_DFL);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

/// A descriptor that becomes readable when the process ends.
int open_process(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

/// One running program.
class Child {
  public:
    Child(pid_t pid, bool own_group, int output)
        : pid_(pid), own_group_(own_group), waiting_{{{output, POLLIN, 0}, {open_process(pid), POLLIN, 0}}} {}

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    ~Child() {
        close(output().fd);
        close(end().fd);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

    void kill_all() const { kill(own_group_ ? -pid_ : pid_, SIGKILL); }

    /// Waits up to `milliseconds` for output; `text` is what came. False once the program has ended and all was read:
    /// what it left running may hold the pipe for ever, and a program may close its output long before it ends.
    bool read(int milliseconds, std::string_view& text) {
        text = {};
        if (poll(waiting_.data(), waiting_.size(), milliseconds) <= 0) {
            return true;
        }
        if (output().revents == 0) {
            return false;
        }
        const ssize_t count = ::read(output().fd, buffer_.data(), buffer_.size());
        if (count > 0) {
            text = {buffer_.data(), static_cast<std::size_t>(count)};
        } else if (count == 0 || errno != EINTR) {
            close(output().fd);
            output().fd = -1; // poll passes it over
        }
        return true;
    }

    /// Ends what the program left in its group, where it would hold a port or a processor, and gives its status. Its id
    /// is free for others only afterwards.
    int wait() const {
        siginfo_t ignored{};
        while (waitid(P_PID, static_cast<id_t>(pid_), &ignored, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
        }
        if (own_group_) {
            kill_all();
        }
        int raw = 0;
        while (waitpid(pid_, &raw, 0) < 0 && errno == EINTR) {
        }
        return status_of(raw);
    }

  private:
    pollfd& output() { return waiting_[0]; }

    pollfd& end() { return waiting_[1]; }

    pid_t pid_;
    bool own_group_;
    std::array<pollfd, 2> waiting_; ///< the output, and the program itself
    std::array<char, 16384> buffer_{};
};

/// Passes the output on until it ends or must end; sets why.
void follow(Child& child, const Command& command, Clock::time_point start, Seconds limit,
            const std::function<Verdict(std::string_view)>& on_output, Outcome& outcome) {
    constexpr int kStep = 100;
    std::string_view text;
    while (child.read(kStep, text)) {
        outcome.stopped = !text.empty() && on_output(text) == Verdict::Stop;
        outcome.stopped = outcome.stopped || (command.watch && command.watch(child.pid()) == Verdict::Stop);
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
    const std::vector<std::string> words = words_of(command);
    const std::vector<char*> arguments = pointers(words);
    const pid_t pid = pipe.read_end < 0 ? -1 : fork();
    if (pid == 0) {
        become(command, arguments, pipe.write_end);
    }
    if (pid > 0 && !command.terminal) {
        setpgid(pid, pid); // the child does it too: whoever comes first
    }
    close(pipe.write_end);
    if (pid < 0) {
        close(pipe.read_end);
        outcome.status = 127;
        return outcome;
    }
    Child child(pid, !command.terminal, pipe.read_end);
    follow(child, command, start, limit, on_output, outcome);
    outcome.status = child.wait();
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
    struct sigaction action{};
    action.sa_handler = note_interrupt;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaction(signal, &action, nullptr);
    }
}

bool was_interrupted() { return interrupted; }

} // namespace tess::process
