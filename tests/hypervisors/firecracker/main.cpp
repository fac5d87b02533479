/// firecracker_replay KERNEL [--memory MIB] [--cpus N] [--module FILE] [--mp-table-only] [WORD ...]
/// Starts a kernel under KVM the way Firecracker does; the words are its command line. Its serial port is our output,
/// and our status is what it ends with: as QEMU's isa-debug-exit tells it, or 0 for a reset.
#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/hypervisors/firecracker/boot_structures.hpp"
#include "tests/hypervisors/firecracker/load_kernel.hpp"
#include "tests/hypervisors/firecracker/virtual_machine.hpp"

namespace {

using Words = std::vector<std::string_view>;

struct Request {
    std::string kernel;
    std::uint64_t mebibytes = 128;
    firecracker::Guest guest;
};

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    if (std::from_chars(text.begin(), text.end(), value).ec != std::errc{} || value == 0) {
        firecracker::fail("no number: " + std::string(text));
    }
    return value;
}

/// Takes the option at `at`; how many words it had, 0 for a word of the command line.
std::size_t take_option(const Words& words, std::size_t at, Request& request) {
    if (words[at] == "--mp-table-only") {
        request.guest.tables = firecracker::Tables::MpOnly;
        return 1;
    }
    const std::string_view value = at + 1 < words.size() ? words[at + 1] : "";
    if (words[at] == "--memory") {
        request.mebibytes = number(value);
    } else if (words[at] == "--cpus") {
        request.guest.cpus = static_cast<int>(number(value));
    } else if (words[at] == "--module") {
        request.guest.module = value;
    } else {
        return 0;
    }
    return 2;
}

Request parse(const Words& words) {
    if (words.size() < 2) {
        firecracker::fail("which kernel?");
    }
    Request request{.kernel = std::string(words[1]), .guest = {}};
    for (std::size_t at = 2; at < words.size();) {
        const std::size_t taken = take_option(words, at, request);
        if (taken == 0) {
            request.guest.command_line += (request.guest.command_line.empty() ? "" : " ") + std::string(words[at]);
        }
        at += taken == 0 ? 1 : taken;
    }
    return request;
}

/// Each processor in a thread of its own; whoever sees the end first ends the program, because others sleep in KVM.
[[noreturn]] void run(const firecracker::VirtualMachine& machine, const Request& request, std::uint32_t entry) {
    firecracker::Ports ports;
    std::vector<firecracker::VirtualCpu> cpus;
    for (int id = 0; id < request.guest.cpus; ++id) {
        cpus.push_back(machine.make_cpu(id));
    }
    cpus.front().enter_at(entry, static_cast<std::uint32_t>(firecracker::kStartInfo));
    std::vector<std::thread> threads;
    for (const firecracker::VirtualCpu& cpu : cpus) {
        threads.emplace_back([&cpu, &ports] { _exit(cpu.run(ports)); });
    }
    for (;;) {
        pause();
    }
}

} // namespace

#pragma clang unsafe_buffer_usage begin

// SAFETY: main's words are as many as it says.
int main(int count, char** arguments) {
    const Request request = parse(Words(arguments, arguments + count));
#pragma clang unsafe_buffer_usage end
    const firecracker::GuestMemory memory(request.mebibytes * firecracker::kMebibyte);
    const std::uint32_t entry = firecracker::load_kernel(memory, request.kernel);
    firecracker::write_boot_structures(memory, request.guest);
    run(firecracker::VirtualMachine(memory), request, entry);
}
