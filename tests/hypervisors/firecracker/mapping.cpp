#include "tests/hypervisors/firecracker/mapping.hpp"

#include <sys/mman.h>

#pragma clang unsafe_buffer_usage begin

// SAFETY: mmap gave as many bytes as it was asked for.

namespace firecracker {

namespace {

std::span<std::uint8_t> map(std::uint64_t bytes, int flags, int descriptor) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    return memory == MAP_FAILED ? std::span<std::uint8_t>{} : std::span(static_cast<std::uint8_t*>(memory), bytes);
}

} // namespace

std::span<std::uint8_t> map_fresh(std::uint64_t bytes) {
    return map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

std::span<std::uint8_t> map_shared(int descriptor, std::uint64_t bytes) { return map(bytes, MAP_SHARED, descriptor); }

} // namespace firecracker

#pragma clang unsafe_buffer_usage end
