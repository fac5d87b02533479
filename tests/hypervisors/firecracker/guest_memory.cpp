#include "tests/hypervisors/firecracker/guest_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <print>

#include "tests/hypervisors/firecracker/mapping.hpp"

namespace firecracker {

namespace {

std::span<std::uint8_t> reserve(std::uint64_t bytes) {
    const std::span<std::uint8_t> memory = bytes == 0 ? std::span<std::uint8_t>{} : map_fresh(bytes);
    if (memory.size() != bytes) {
        fail("no address space for the guest's memory");
    }
    return memory;
}

} // namespace

void fail(std::string_view what) {
    std::println(stderr, "firecracker_replay: {}", what);
    std::exit(2);
}

GuestMemory::GuestMemory(std::uint64_t bytes)
    : low_(reserve(std::min(bytes, kDeviceGap))), high_(reserve(bytes - std::min(bytes, kDeviceGap))) {}

std::span<std::uint8_t> GuestMemory::place(std::uint64_t address, std::uint64_t bytes) const {
    if (address > low_.size() || bytes > low_.size() - address) {
        fail("something lies outside of the guest's memory");
    }
    return low_.subspan(address, bytes);
}

void GuestMemory::write(std::uint64_t address, std::span<const std::uint8_t> bytes) const {
    std::ranges::copy(bytes, place(address, bytes.size()).begin());
}

void GuestMemory::write(std::uint64_t address, std::string_view text) const {
    std::ranges::copy(text, place(address, text.size()).begin());
}

} // namespace firecracker
