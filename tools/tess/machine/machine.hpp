/// A virtual machine as a person describes it, and the emulator's command line that makes it. Only this folder knows
/// QEMU.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace tess::machine {

enum class Accelerator { Emulation, Kvm };

/// How the guest's serial console is reached.
enum class Console { Output, Terminal };

/// How time passes for the guest.
enum class Clock {
    Host,        ///< as on the host
    Instructions ///< one nanosecond, and one tick of the time stamp counter, for each instruction
};

/// Those of the host that an emulator without a terminal, in the host's time, runs all processors with.
enum class Threads {
    One, ///< deterministic, and faster than two where only two cores are
    OfEachProcessor,
};

/// By which protocol the kernel is started.
enum class Door {
    Pvh,        ///< by the emulator itself
    Multiboot2, ///< by GRUB, from a disc image
};

enum class Firmware { Bios, Uefi };

enum class Emulator { Qemu, Bochs };

struct Machine {
    Emulator emulator = Emulator::Qemu;
    std::string type = "q35"; ///< q35, pc or microvm, with the emulator's options behind a comma
    std::string memory = "128M";
    int cpus = 1;
    std::string cpu = "max";
    Door door = Door::Pvh;
    Firmware firmware = Firmware::Bios; ///< for Multiboot2
    std::string kernel = {};            ///< path of the kernel
    std::string command_line = {};
    std::string bundle = {}; ///< path of the boot bundle; empty: none
    Accelerator accelerator = Accelerator::Emulation;
    Console console = Console::Output;
    Clock clock = Clock::Host;
    Threads threads = Threads::One;
    std::string control_socket = {}; ///< where the emulator's monitor listens; empty: nowhere
    int debugger_port = 0;           ///< where it waits for gdb before the first instruction; 0: it does not
    std::vector<std::string> extra = {};
};

/// The port through which the kernel ends an emulated machine, and the option that tells it so.
inline constexpr std::string_view kDebugExitOption = "debug_exit=0xf4";

/// QEMU's exit statuses, from what the kernel writes to that port; kernel/core/exit_code.hpp has the values.
inline constexpr int kStatusSuccess = 33;
inline constexpr int kStatusPanic = 35;

/// What a door that needs a disc boots from: the path of the image and, for UEFI, of its own copy of the firmware's
/// variables.
struct BootDisc {
    std::string image = {};
    std::string variables = {};
};

/// What the kernel reads: the machine's own words behind the exit port.
std::string whole_command_line(const Machine& machine);

/// The arguments that start `machine` in QEMU, the program first; `disc` is what make_boot_disc() made for it.
std::vector<std::string> qemu_arguments(const Machine& machine, const BootDisc& disc = {});

/// Makes the disc in `folder`, which is created, for a machine whose door is Multiboot2. An error is in words for the
/// user; among others that GRUB's tools are not installed, or that the machine cannot boot from a disc.
std::expected<BootDisc, std::string> make_boot_disc(const Machine& machine, const std::string& folder);

/// The arguments that start `machine` in Bochs from `disc`; writes what Bochs reads into `folder`, which exists. The
/// guest's debug port is the console.
std::vector<std::string> bochs_arguments(const Machine& machine, const BootDisc& disc, const std::string& folder);

/// "128MiB", "4GiB" or QEMU's own "128M" as QEMU wants it; an error in words otherwise.
std::expected<std::string, std::string> parse_memory(std::string_view text);

/// KVM only where the CPU shows vmx or svm in `cpu_info` (the text of /proc/cpuinfo) and /dev/kvm opens.
Accelerator choose_accelerator(std::string_view cpu_info, bool kvm_opens);
/// The same for this host.
Accelerator best_accelerator();

} // namespace tess::machine
