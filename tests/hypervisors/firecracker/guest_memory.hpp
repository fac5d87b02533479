/// The memory of a guest: one low range, and the rest from 4 GiB on where it does not fit below the devices.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace firecracker {

inline constexpr std::uint64_t kMebibyte = 1ULL << 20;
/// [firecracker] layout.rs: devices stand between here and 4 GiB.
inline constexpr std::uint64_t kDeviceGap = 0xd0000000;
inline constexpr std::uint64_t kHighMemory = 1ULL << 32;

class GuestMemory {
  public:
    /// Takes address space, not memory: that comes page by page when it is touched. Ends the program when there is
    /// none.
    explicit GuestMemory(std::uint64_t bytes);

    [[nodiscard]] std::span<std::uint8_t> low() const { return low_; }

    [[nodiscard]] std::span<std::uint8_t> high() const { return high_; }

    /// Bytes to the guest's physical `address`. Ends the program when they would lie outside of low memory.
    void write(std::uint64_t address, std::span<const std::uint8_t> bytes) const;
    void write(std::uint64_t address, std::string_view text) const;

    template <typename Plain>
        requires std::is_trivially_copyable_v<Plain> && std::is_class_v<Plain>
    void write(std::uint64_t address, const Plain& value) const {
        std::memcpy(place(address, sizeof(Plain)).data(), &value, sizeof(Plain));
    }

    /// The bytes at the guest's physical `address`; the same bound.
    [[nodiscard]] std::span<std::uint8_t> place(std::uint64_t address, std::uint64_t bytes) const;

  private:
    std::span<std::uint8_t> low_;
    std::span<std::uint8_t> high_;
};

/// Ends the program with status 2 and what is wrong.
[[noreturn]] void fail(std::string_view what);

} // namespace firecracker
