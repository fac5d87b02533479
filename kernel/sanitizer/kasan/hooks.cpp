// What instrumented code calls, [llvm] compiler-rt asan_interface_internal.h, kernel variant. The names are the
// compiler's.
#include <cstddef>
#include <string.h>
#include <string_view>

#include "base/format.hpp"
#include "base/types.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/sanitizer/kasan.hpp"
#include "kernel/sanitizer/kasan/shadow_layout.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: every address the kernel may touch has a shadow byte from before the first instrumented function on.

namespace kernel::sanitizer {

namespace {

using base::u64;
using base::u8;
using base::usize;

constexpr u64 kGranule = 1ULL << kShadowScale;
constexpr u8 kGlobalRedzone = 0xf9;

/// The compiler's description of one instrumented global.
struct Global {
    u64 address;
    u64 size;
    u64 size_with_redzone;
    const char* name;
    const char* module_name;
    u64 has_dynamic_initializer;
    void* location;
    u64 odr_indicator;
};

u8* shadow_pointer(u64 address) { return reinterpret_cast<u8*>(shadow_of(address)); }

void set_shadow(u64 address, u64 size, u8 value) { memset(shadow_pointer(address), value, size / kGranule); }

/// Whether the byte at `address` may be touched: its shadow is 0, or counts the good bytes of the granule.
bool is_good(u64 address) {
    const auto shadow = static_cast<base::i8>(*shadow_pointer(address));
    return shadow == 0 || (shadow > 0 && static_cast<base::i8>(address % kGranule) < shadow);
}

std::string_view describe(u8 shadow) {
    switch (shadow) {
    case 0xf1:
    case 0xf2:
    case 0xf3: return "stack out of bounds";
    case 0xf5: return "stack use after return";
    case 0xf8: return "stack use after scope";
    case kGlobalRedzone: return "global out of bounds";
    case static_cast<u8>(Poison::Redzone): return "out of bounds";
    case static_cast<u8>(Poison::FreeObject):
    case static_cast<u8>(Poison::FreeFrame): return "use after free";
    default: return "out of bounds";
    }
}

u64 first_bad(u64 address, usize size) {
    for (usize i = 0; i < size; ++i) {
        if (!is_good(address + i)) {
            return address + i;
        }
    }
    return address;
}

[[noreturn]] void report(u64 address, usize size, std::string_view access) {
    const u64 bad = first_bad(address, size);
    u8 shadow = *shadow_pointer(bad);
    if (shadow < kGranule) {
        shadow = *shadow_pointer(bad + kGranule - bad % kGranule); // a partly good granule: the next one tells why
    }
    base::FixedText<160> text;
    base::print(text, "{}, {} of {} bytes at {:#x}, shadow {:#04x}", describe(shadow), access, size, bad, shadow);
    core::panic_from("KASAN", text.view());
}

void check(u64 address, usize size, std::string_view access) {
    for (usize i = 0; i < size; i += kGranule) {
        if (!is_good(address + i)) {
            report(address, size, access);
        }
    }
    if (size != 0 && !is_good(address + size - 1)) {
        report(address, size, access);
    }
}

} // namespace

void poison(std::span<std::byte> memory, Poison reason) {
    const u64 whole = (memory.size() + kGranule - 1) & ~(kGranule - 1);
    set_shadow(reinterpret_cast<u64>(memory.data()), whole, static_cast<u8>(reason));
}

void unpoison(std::span<std::byte> memory) {
    const u64 start = reinterpret_cast<u64>(memory.data());
    const u64 tail = memory.size() % kGranule;
    set_shadow(start, memory.size(), 0);
    if (tail != 0) {
        *shadow_pointer(start + memory.size() - tail) = static_cast<u8>(tail);
    }
}

void check_not_freed(std::span<std::byte> memory) {
    const u64 start = reinterpret_cast<u64>(memory.data());
    if (const u8 shadow = *shadow_pointer(start);
        shadow == static_cast<u8>(Poison::FreeObject) || shadow == static_cast<u8>(Poison::FreeFrame)) {
        base::FixedText<160> text;
        base::print(text, "double free of {} bytes at {:#x}, shadow {:#04x}", memory.size(), start, shadow);
        core::panic_from("KASAN", text.view());
    }
}

bool is_on() { return true; }

std::string_view name() { return "KASAN"; }

} // namespace kernel::sanitizer

using base::u64;
using base::u8;
using base::usize;
using kernel::sanitizer::check;
using kernel::sanitizer::report;
using kernel::sanitizer::set_shadow;

extern "C" {

#define ACCESS_HOOKS(size)                                                                                             \
    void __asan_report_load##size##_noabort(u64 address) { report(address, size, "read"); }                            \
    void __asan_report_store##size##_noabort(u64 address) { report(address, size, "write"); }                          \
    void __asan_load##size##_noabort(u64 address) { check(address, size, "read"); }                                    \
    void __asan_store##size##_noabort(u64 address) { check(address, size, "write"); }
ACCESS_HOOKS(1)
ACCESS_HOOKS(2)
ACCESS_HOOKS(4)
ACCESS_HOOKS(8)
ACCESS_HOOKS(16)
#undef ACCESS_HOOKS

void __asan_report_load_n_noabort(u64 address, usize size) { report(address, size, "read"); }

void __asan_report_store_n_noabort(u64 address, usize size) { report(address, size, "write"); }

void __asan_loadN_noabort(u64 address, usize size) { check(address, size, "read"); }

void __asan_storeN_noabort(u64 address, usize size) { check(address, size, "write"); }

void* __asan_memcpy(void* destination, const void* source, usize count) {
    check(reinterpret_cast<u64>(source), count, "read");
    check(reinterpret_cast<u64>(destination), count, "write");
    return memcpy(destination, source, count);
}

void* __asan_memmove(void* destination, const void* source, usize count) {
    check(reinterpret_cast<u64>(source), count, "read");
    check(reinterpret_cast<u64>(destination), count, "write");
    return memmove(destination, source, count);
}

void* __asan_memset(void* destination, int value, usize count) {
    check(reinterpret_cast<u64>(destination), count, "write");
    return memset(destination, value, count);
}

void __asan_register_globals(const kernel::sanitizer::Global* globals, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        const auto& global = globals[i];
        const u64 whole = global.size & ~(kernel::sanitizer::kGranule - 1);
        set_shadow(global.address + whole, global.size_with_redzone - whole, kernel::sanitizer::kGlobalRedzone);
        if (global.size != whole) {
            *kernel::sanitizer::shadow_pointer(global.address + whole) = static_cast<u8>(global.size - whole);
        }
    }
}

void __asan_unregister_globals(const kernel::sanitizer::Global*, u64) {}

void __asan_handle_no_return() {}

void __asan_set_shadow_00(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0x00, size); }

void __asan_set_shadow_f1(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0xf1, size); }

void __asan_set_shadow_f2(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0xf2, size); }

void __asan_set_shadow_f3(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0xf3, size); }

void __asan_set_shadow_f5(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0xf5, size); }

void __asan_set_shadow_f8(u64 shadow, u64 size) { memset(reinterpret_cast<void*>(shadow), 0xf8, size); }

void __asan_alloca_poison(u64, u64) {}

void __asan_allocas_unpoison(u64, u64) {}

} // extern "C"

#pragma clang unsafe_buffer_usage end
