#include "libs/boot/decoding.hpp"

namespace boot::decoding {

using base::Bytes;
using base::PhysicalAddress;

namespace {

constexpr std::string_view kTooManyRanges = "its memory map has too many ranges";

} // namespace

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
