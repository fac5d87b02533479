#include <filesystem>
#include <fstream>
#include <sstream>

#include "tools/tess/machine/machine.hpp"
#include "tools/tess/process/process.hpp"

namespace tess::machine {

namespace {

constexpr const char* kUefiVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd";
constexpr process::Seconds kDiscLimit{60};

/// For GRUB's language: in single quotes everything stands for itself but the quote.
std::string grub_word(std::string_view word) {
    std::string result = "'";
    for (const char letter : word) {
        result += letter == '\'' ? "'\\''" : std::string(1, letter);
    }
    return result + "'";
}

std::string grub_configuration(const Machine& machine) {
    std::string text =
        "serial --unit=0\nterminal_output serial\nset timeout=0\nmenuentry tessera {\n  multiboot2 /kernel.elf";
    std::istringstream words(whole_command_line(machine));
    for (std::string word; words >> word;) {
        text += " " + grub_word(word);
    }
    return text + (machine.bundle.empty() ? "\n}\n" : "\n  module2 /bundle\n}\n");
}

/// The folder that becomes the disc. What is wrong; empty: nothing.
std::string fill_disc(const Machine& machine, const std::filesystem::path& disc) {
    std::error_code problem;
    std::filesystem::remove_all(disc, problem);
    std::filesystem::create_directories(disc / "boot/grub", problem);
    std::filesystem::copy_file(machine.kernel, disc / "kernel.elf", problem);
    if (!problem && !machine.bundle.empty()) {
        std::filesystem::copy_file(machine.bundle, disc / "bundle", problem);
    }
    if (problem) {
        return "cannot write " + disc.string() + ": " + problem.message();
    }
    std::ofstream(disc / "boot/grub/grub.cfg") << grub_configuration(machine);
    return {};
}

} // namespace

std::expected<BootDisc, std::string> make_boot_disc(const Machine& machine, const std::string& folder) {
    if (machine.type.starts_with("microvm")) {
        return std::unexpected("microvm has no disc to boot from: multiboot2 needs q35 or pc");
    }
    if (const std::string problem = fill_disc(machine, folder + "/disc"); !problem.empty()) {
        return std::unexpected(problem);
    }
    BootDisc disc{folder + "/disc.iso", folder + "/variables.fd"};
    const auto made =
        process::capture({.arguments = {"grub-mkrescue", "-o", disc.image, folder + "/disc"}}, kDiscLimit);
    if (made.outcome.status != 0) {
        return std::unexpected("grub-mkrescue made no disc (packages/multiboot2.txt lists what it needs):\n" +
                               made.output);
    }
    std::error_code problem;
    if (machine.firmware == Firmware::Uefi) {
        std::filesystem::copy_file(kUefiVariables, disc.variables, std::filesystem::copy_options::overwrite_existing,
                                   problem);
    }
    return problem ? std::expected<BootDisc, std::string>(std::unexpected("the package ovmf is not installed")) : disc;
}

} // namespace tess::machine
