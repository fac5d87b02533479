#include "libs/boot/decoding.hpp"

#include <algorithm>

namespace boot::decoding {

using base::Bytes;
using base::PhysicalAddress;
using base::usize;

namespace {

constexpr std::string_view kTooManyRanges = "its memory map has too many ranges";

} // namespace

std::string_view text_of(std::span<const std::byte> bytes) {
    const auto end = std::ranges::find(bytes, std::byte{0});
    // SAFETY: any object may be looked at through char.
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<usize>(end - bytes.begin())};
}

std::string_view add_claim(BootInfo& info, PhysicalAddress start, Bytes size, base::u32 type) {
    return info.memory.add(start, size, memory_type_of_e820(type)) ? std::string_view{} : kTooManyRanges;
}

std::string_view add_module(BootInfo& info, const Module& module) {
    if (module.size == Bytes{0}) {
        return {};
    }
    const PhysicalAddress end = info.memory.usable_end();
    if (module.start >= end || module.size > end - module.start) {
        return "a module lies outside of memory";
    }
    if (!info.add_module(module)) {
        return "it has too many modules";
    }
    return info.memory.add(module.start, module.size, MemoryType::Reserved) ? std::string_view{} : kTooManyRanges;
}

std::string_view finish(BootInfo& info) {
    const auto done = info.memory.normalize();
    if (done) {
        return {};
    }
    return done.error() == base::Error::BadState ? "its memory map names no usable memory" : kTooManyRanges;
}

} // namespace boot::decoding
