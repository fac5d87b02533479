#include "sdk/program/thread_storage.hpp"

#include <algorithm>
#include <span>

#include "libs/elf/format.hpp"
#include "sdk/memory/program_heap.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the program's own headers, which its launcher has checked.

/// Where the program's file begins in memory: the linker says.
extern "C" [[gnu::visibility("hidden")]] const elf::FileHeader kFileHeader asm("__ehdr_start");

namespace sdk {

using base::u64;
using base::usize;

namespace {

const elf::ProgramHeader* find_thread_local() {
    const auto start = reinterpret_cast<u64>(&kFileHeader);
    const std::span headers(reinterpret_cast<const elf::ProgramHeader*>(start + kFileHeader.program_headers),
                            kFileHeader.program_header_count);
    const auto found =
        std::ranges::find(headers, static_cast<base::u32>(elf::ProgramType::ThreadLocal), &elf::ProgramHeader::type);
    return found == headers.end() ? nullptr : &*found;
}

constexpr u64 align_up(u64 value, u64 alignment) { return (value + alignment - 1) & ~(alignment - 1); }

} // namespace

bool make_thread_storage() {
    const elf::ProgramHeader* const header = find_thread_local();
    const u64 alignment = std::max<u64>(header == nullptr ? 1 : header->alignment, alignof(u64));
    // The variables end where FS points; there stands its own address, [x86-64 psABI, TLS variant II].
    const u64 before = header == nullptr ? 0 : align_up(header->memory_size, alignment);
    auto* const memory =
        static_cast<std::byte*>(memory::program_heap().allocate(before + sizeof(u64), std::max<u64>(alignment, 16)));
    if (memory == nullptr) {
        return false;
    }
    std::ranges::fill(std::span(memory, before), std::byte{0});
    if (header != nullptr) {
        const auto* const image = reinterpret_cast<const std::byte*>(&kFileHeader) + header->address;
        std::ranges::copy(std::span(image, header->file_size), memory);
    }
    const auto pointer = reinterpret_cast<u64>(memory + before);
    *reinterpret_cast<u64*>(pointer) = pointer;
    asm volatile("wrfsbase %0" : : "r"(pointer) : "memory");
    return true;
}

} // namespace sdk

#pragma clang unsafe_buffer_usage end
