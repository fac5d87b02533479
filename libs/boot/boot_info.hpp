/// What the kernel knows when it starts, whichever door it came through. Everything is copied: boot structures lie in
/// memory that their own map calls free.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/boot/fixed_text.hpp"
#include "libs/boot/memory_map.hpp"

namespace boot {

/// A file that the boot loader put into memory. Its bytes stay where they are and are not usable memory.
struct Module {
    static constexpr base::usize kTextBytes = 128;

    base::PhysicalAddress start;
    base::Bytes size;
    FixedText<kTextBytes> text{}; ///< the words the loader gave it; empty if none
};

class BootInfo {
  public:
    static constexpr base::usize kCommandLineBytes = 4096;
    static constexpr base::usize kMaximumModules = 8;

    MemoryMap memory;
    base::PhysicalAddress acpi_root{0}; ///< of the RSDP; 0: the door gave none
    std::string_view door;              ///< a constant
    FixedText<kCommandLineBytes> command_line_text;

    [[nodiscard]] std::string_view command_line() const { return command_line_text.view(); }

    /// Whether there was more than kCommandLineBytes.
    [[nodiscard]] bool command_line_was_cut() const { return command_line_text.was_cut(); }

    /// False when there are kMaximumModules already.
    [[nodiscard]] bool add_module(const Module& module) {
        if (module_count_ == kMaximumModules) {
            return false;
        }
        modules_.at(module_count_++) = module;
        return true;
    }

    [[nodiscard]] std::span<const Module> modules() const { return std::span(modules_).first(module_count_); }

  private:
    std::array<Module, kMaximumModules> modules_{};
    base::usize module_count_ = 0;
};

} // namespace boot
