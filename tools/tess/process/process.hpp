/// Runs other programs: with a time limit, their output as it comes, and nothing left behind.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tess::process {

using Seconds = std::chrono::duration<double>;

enum class Verdict { Continue, Stop };

/// What to start. Every program runs in a process group of its own, so that its children end with it.
struct Command {
    std::vector<std::string> arguments;        ///< the program first, looked up in PATH
    std::vector<std::string> environment = {}; ///< NAME=VALUE, added to ours
    bool terminal = false;                     ///< stdin is ours, and the program stays in our group
    int input = -1;                            ///< what it reads as stdin, of its caller; -1: nothing
    /// Called about ten times a second with the program's process id; may end it. Empty: nobody watches.
    std::function<Verdict(int process)> watch = {};
};

/// How it ended.
struct Outcome {
    int status = -1;          ///< exit status; 128 + n after signal n; 127 if it could not be started
    bool timed_out = false;   ///< it was ended at its limit
    bool stopped = false;     ///< it was ended because its output, or who watched, said so
    bool interrupted = false; ///< it was ended by Ctrl-C
    Seconds time{0};
};

/// Starts `command`, gives its standard output and standard error to `on_output` as they come, and ends the whole group
/// when `limit` has passed, when `on_output` or `watch` says so, or on Ctrl-C. A limit of 0 is none.
Outcome run(const Command& command, Seconds limit, const std::function<Verdict(std::string_view)>& on_output);

/// Output and outcome of a short command.
struct Captured {
    Outcome outcome;
    std::string output;
};

Captured capture(const Command& command, Seconds limit);

/// Makes Ctrl-C, and a request to end, end what run() runs, in every thread, instead of this program at once.
void catch_interrupts();
/// Whether that happened.
bool was_interrupted();

} // namespace tess::process
