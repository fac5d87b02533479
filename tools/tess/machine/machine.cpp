#include "tools/tess/machine/machine.hpp"

#include <cctype>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace tess::machine {

namespace {

using Words = std::vector<std::string>;

constexpr const char* kUefiCode = "/usr/share/OVMF/OVMF_CODE_4M.fd";

void add(Words& words, std::initializer_list<std::string> more) { words.insert(words.end(), more); }

void add_processor(Words& words, const Machine& machine) {
    const bool kvm = machine.accelerator == Accelerator::Kvm;
    const bool one_thread =
        machine.clock == Clock::Host && machine.console == Console::Output && machine.threads == Threads::One;
    add(words, {"-accel", kvm ? "kvm" : one_thread ? "tcg,thread=single" : "tcg"});
    add(words, {"-cpu", kvm && machine.cpu == "max" ? "host" : machine.cpu});
    add(words, {"-smp", std::to_string(machine.cpus)});
    if (machine.clock == Clock::Instructions) {
        // The guest's random numbers too must be the same in each run.
        add(words, {"-icount", "shift=0,sleep=off", "-seed", "1"});
    }
}

void add_console(Words& words, const Machine& machine) {
    if (machine.console == Console::Terminal) {
        add(words, {"-chardev", "stdio,id=terminal,mux=on,signal=off", "-serial", "chardev:terminal", "-mon",
                    "chardev=terminal"});
    } else {
        add(words, {"-serial", "stdio"});
    }
    if (!machine.control_socket.empty()) {
        add(words, {"-monitor", "unix:" + machine.control_socket + ",server=on,wait=off"});
    }
}

void add_kernel(Words& words, const Machine& machine) {
    add(words, {"-kernel", machine.kernel, "-append", whole_command_line(machine)});
    if (!machine.bundle.empty()) {
        add(words, {"-initrd", machine.bundle});
    }
}

void add_disc(Words& words, const Machine& machine, const BootDisc& disc) {
    if (machine.firmware == Firmware::Uefi) {
        add(words, {"-drive", std::string("if=pflash,unit=0,format=raw,readonly=on,file=") + kUefiCode, "-drive",
                    "if=pflash,unit=1,format=raw,file=" + disc.variables});
    }
    add(words, {"-cdrom", disc.image});
}

bool contains_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool starts = at == 0 || std::isspace(static_cast<unsigned char>(text[at - 1])) != 0;
        const std::size_t end = at + word.size();
        if (starts && (end == text.size() || std::isspace(static_cast<unsigned char>(text[end])) != 0)) {
            return true;
        }
    }
    return false;
}

} // namespace

std::string whole_command_line(const Machine& machine) {
    return std::string(kDebugExitOption) + (machine.command_line.empty() ? "" : " ") + machine.command_line;
}

std::vector<std::string> qemu_arguments(const Machine& machine, const BootDisc& disc) {
    Words words{"qemu-system-x86_64"};
    add_processor(words, machine);
    add(words,
        {"-M", machine.type, "-m", machine.memory, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"});
    add_console(words, machine);
    add(words, {"-device", "isa-debug-exit,iobase=0xf4,iosize=4"});
    if (machine.door == Door::Pvh) {
        add_kernel(words, machine);
    } else {
        add_disc(words, machine, disc);
    }
    if (machine.debugger_port != 0) {
        add(words, {"-S", "-gdb", "tcp:127.0.0.1:" + std::to_string(machine.debugger_port)});
    }
    words.insert(words.end(), machine.extra.begin(), machine.extra.end());
    return words;
}

std::expected<std::string, std::string> parse_memory(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) {
        ++digits;
    }
    const std::string_view unit = text.substr(digits);
    const bool mebibytes = unit == "MiB" || unit == "M";
    if (digits == 0 || digits > 6 || (!mebibytes && unit != "GiB" && unit != "G")) {
        return std::unexpected("'" + std::string(text) + "' is no size of memory: write 128MiB or 4GiB");
    }
    return std::string(text.substr(0, digits)) + (mebibytes ? "M" : "G");
}

Accelerator choose_accelerator(std::string_view cpu_info, bool kvm_opens) {
    const bool virtualises = contains_word(cpu_info, "vmx") || contains_word(cpu_info, "svm");
    return virtualises && kvm_opens ? Accelerator::Kvm : Accelerator::Emulation;
}

Accelerator best_accelerator() {
    std::ifstream file("/proc/cpuinfo");
    const std::string cpu_info{std::istreambuf_iterator<char>(file), {}};
    const int device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (device >= 0) {
        close(device);
    }
    return choose_accelerator(cpu_info, device >= 0);
}

} // namespace tess::machine
