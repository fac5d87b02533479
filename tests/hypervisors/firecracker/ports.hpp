/// The devices behind ports: a serial port whose output is ours, the reset line of the keyboard controller, and the
/// exit port that tests use. Everything else reads as ones.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

namespace firecracker {

class Ports {
  public:
    void write(std::uint16_t port, std::span<const std::uint8_t> bytes);
    void read(std::uint16_t port, std::span<std::uint8_t> bytes);

    /// What the guest ended the machine with, as QEMU's isa-debug-exit would tell it; 0 for a reset.
    [[nodiscard]] std::optional<int> status();

  private:
    std::mutex mutex_; ///< processors reach ports from threads of their own
    std::array<std::uint8_t, 8> serial_{};
    std::optional<int> status_;
};

} // namespace firecracker
