#include "tools/tess/gate/gate.hpp"

#include <format>
#include <fstream>
#include <iterator>
#include <regex>

namespace tess::gate {

namespace {

std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool write(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::binary);
    file << content;
    return file.good();
}

/// A file of the copy that is put back as it was, or removed if it was not there.
class SeededFile {
  public:
    SeededFile(std::string path, const std::string& content) : path_(std::move(path)), original_(read(path_)) {
        good_ = write(path_, content);
    }

    SeededFile(const SeededFile&) = delete;
    SeededFile& operator=(const SeededFile&) = delete;

    ~SeededFile() {
        if (original_.empty()) {
            std::remove(path_.c_str());
        } else {
            write(path_, original_);
        }
    }

    [[nodiscard]] bool good() const { return good_; }

  private:
    std::string path_;
    std::string original_;
    bool good_ = false;
};

process::Captured run_shell(const Gate& gate, const std::string& copy) {
    return process::capture({.arguments = {"bash", "-c", std::format("cd '{}' && {{ {}; }}", copy, gate.command)}},
                            gate.limit);
}

} // namespace

std::expected<std::string, std::string> seed(const Gate& gate, const std::string& original) {
    if (gate.replace.empty()) {
        return original + gate.fault;
    }
    const std::size_t at = original.find(gate.replace);
    if (at == std::string::npos || original.find(gate.replace, at + 1) != std::string::npos) {
        return std::unexpected(std::format("{} does not hold the text to replace exactly once", gate.file));
    }
    return original.substr(0, at) + gate.fault + original.substr(at + gate.replace.size());
}

std::string run_gate(const Gate& gate, const std::string& copy, const std::string& log) {
    std::ofstream record(log);
    if (!gate.passes_elsewhere) {
        const process::Captured clean = run_shell(gate, copy);
        record << "# without the fault\n" << clean.output << std::flush;
        if (clean.outcome.status != 0) {
            return std::format("the command fails without the fault, with status {}", clean.outcome.status);
        }
    }
    const std::string path = copy + "/" + gate.file;
    const auto seeded = seed(gate, read(path));
    if (!seeded) {
        return seeded.error();
    }
    const SeededFile file(path, *seeded);
    const process::Captured faulty = run_shell(gate, copy);
    record << "# with the fault\n" << faulty.output << std::flush;
    if (!file.good() || faulty.outcome.status == 0) {
        return "the command passes with the fault";
    }
    return std::regex_search(faulty.output, std::regex(gate.expect))
               ? ""
               : std::format("it fails, but not with: {}", gate.expect);
}

} // namespace tess::gate
