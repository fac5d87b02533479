#include "tests/hypervisors/firecracker/ports.hpp"

#include <algorithm>
#include <cstdio>

namespace firecracker {

namespace {

constexpr std::uint16_t kExitPort = 0xf4;
constexpr std::uint16_t kKeyboardCommand = 0x64;
constexpr std::uint8_t kPulseReset = 0xfe;

// [ns16550].
constexpr std::uint16_t kSerial = 0x3f8;
constexpr std::uint16_t kSerialPorts = 8;
constexpr std::uint16_t kLineControl = 3;
constexpr std::uint16_t kLineStatus = 5;
constexpr std::uint8_t kDivisorAccess = 0x80;
constexpr std::uint8_t kEmpty = 0x60;

} // namespace

void Ports::write(std::uint16_t port, std::span<const std::uint8_t> bytes) {
    const std::scoped_lock lock(mutex_);
    const std::uint8_t first = bytes.front();
    if (port == kSerial && (serial_[kLineControl] & kDivisorAccess) == 0) {
        std::fwrite(bytes.data(), 1, bytes.size(), stdout);
        std::fflush(stdout);
    } else if (port >= kSerial && port < kSerial + kSerialPorts) {
        serial_.at(static_cast<std::size_t>(port - kSerial)) = first;
    } else if (port == kExitPort) {
        status_ = first << 1 | 1;
    } else if (port == kKeyboardCommand && first == kPulseReset) {
        status_ = 0;
    }
}

void Ports::read(std::uint16_t port, std::span<std::uint8_t> bytes) {
    const std::scoped_lock lock(mutex_);
    std::ranges::fill(bytes, std::uint8_t{0xff});
    if (port == kSerial + kLineStatus) {
        bytes.front() = kEmpty;
    } else if (port >= kSerial && port < kSerial + kSerialPorts) {
        bytes.front() = serial_.at(static_cast<std::size_t>(port - kSerial));
    } else if (port == kKeyboardCommand) {
        bytes.front() = 0;
    }
}

std::optional<int> Ports::status() {
    const std::scoped_lock lock(mutex_);
    return status_;
}

} // namespace firecracker
