/// Cases of whole systems: what boots, what must be printed, what must not, how it ends. Read from tests/system/*.toml.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"

namespace tess::scenario {

/// What is said to a machine once a line has come.
struct Prompted {
    std::string after; ///< a regular expression
    std::string send;  ///< empty: nothing
};

/// What the emulator may use of a processor once every expected line has come.
struct IdleBound {
    process::Seconds window{0}; ///< 0: nobody measures
    double percent = 0;
};

struct Case {
    std::string name;                      ///< "file.case"
    std::string budget;                    ///< the line of the budget that its time counts for
    std::string kernel = "kernel-release"; ///< the preset
    std::string program = "tessera";       ///< the file of that preset: tessera, ktest, ...
    machine::Machine machine;
    /// A program that starts the machine instead of the emulator, with its first words; the kernel's path follows them,
    /// and the bundle's if there is one. Nothing else of `machine` counts then.
    std::vector<std::string> start = {};
    std::string system = {};         ///< whose bundle it gets; empty: machine.bundle as it is
    std::vector<std::string> expect; ///< regular expressions that lines must match, in this order
    std::vector<std::string> any;    ///< the same, in whatever order
    std::vector<std::string> forbid; ///< regular expressions that no line may match
    int status = 0;                  ///< the emulator's exit status; kStillRunning: it must not end by itself
    process::Seconds limit{20};
    bool long_form = false; ///< only under --long
    Prompted monitor;       ///< to the emulator's monitor, one line
    Prompted typed;         ///< on the guest's console
    IdleBound idle = {};    ///< for a case that must not end by itself
};

inline constexpr int kStillRunning = -1;

/// Reads the cases of one file, named after `file_name`. An unknown key or a wrong type is an error with its line.
std::expected<std::vector<Case>, std::string> parse_cases(std::string_view text, const std::string& file_name);

/// Judges a guest's lines against a case.
class Judge {
  public:
    explicit Judge(const Case& wanted) : case_(wanted), missing_(wanted.any) {}

    void take(const std::string& line);

    /// Whether every expectation has come.
    [[nodiscard]] bool is_satisfied() const { return next_ == case_.expect.size() && missing_.empty(); }

    /// The forbidden line that came; empty: none.
    [[nodiscard]] const std::string& offence() const { return offence_; }

    /// What is wrong in the end, in words; empty: nothing.
    [[nodiscard]] std::string verdict(const process::Outcome& outcome) const;

    /// What is wrong with the share of a processor that was used in idleness; nothing was measured without one.
    [[nodiscard]] std::string verdict_of_idleness(std::optional<double> share) const;

  private:
    const Case& case_;
    std::vector<std::string> missing_; ///< of `any`
    std::size_t next_ = 0;
    std::string offence_;
};

/// Whether `pattern` occurs in `text`.
bool matches(const std::string& text, const std::string& pattern);

/// Where a case finds what it needs.
struct Places {
    std::string builds;      ///< folder of the presets' builds
    std::string log;         ///< the guest's output goes there
    std::string scratch;     ///< a folder of its own; need not exist
    std::string socket_base; ///< a short path for the monitor's socket
};

/// Boots the case and judges it. Returns what is wrong, in words; empty: it passed.
std::string run_case(const Case& wanted, const Places& places);

} // namespace tess::scenario
