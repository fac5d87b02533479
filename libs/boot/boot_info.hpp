/// What the kernel knows when it starts, whichever door it came through. Everything is copied: boot structures lie in
/// memory that their own map calls free.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/boot/memory_map.hpp"

namespace boot {

/// A file that the boot loader put into memory. Its bytes stay where they are and are not usable memory.
struct Module {
    base::PhysicalAddress start;
    base::Bytes size;
};

class BootInfo {
  public:
    static constexpr base::usize kCommandLineBytes = 4096;
    static constexpr base::usize kMaximumModules = 8;

    MemoryMap memory;
    base::PhysicalAddress acpi_root{0}; ///< of the RSDP; 0: the door gave none
    std::string_view door;              ///< a constant

    /// Keeps the first kCommandLineBytes of `text`.
    void set_command_line(std::string_view text) {
        command_line_size_ = std::min(text.size(), kCommandLineBytes);
        std::ranges::copy(text.substr(0, command_line_size_), command_line_.begin());
        command_line_was_cut_ = command_line_was_cut_ || text.size() > kCommandLineBytes;
    }
    [[nodiscard]] std::string_view command_line() const { return {command_line_.data(), command_line_size_}; }
    /// Whether there was more than kCommandLineBytes.
    [[nodiscard]] bool command_line_was_cut() const { return command_line_was_cut_; }

    /// False when there are kMaximumModules already.
    [[nodiscard]] bool add_module(Module module) {
        if (module_count_ == kMaximumModules) {
            return false;
        }
        modules_.at(module_count_++) = module;
        return true;
    }
    [[nodiscard]] std::span<const Module> modules() const { return std::span(modules_).first(module_count_); }

  private:
    std::array<char, kCommandLineBytes> command_line_{};
    base::usize command_line_size_ = 0;
    bool command_line_was_cut_ = false;
    std::array<Module, kMaximumModules> modules_{};
    base::usize module_count_ = 0;
};

} // namespace boot
