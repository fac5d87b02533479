// What the compiler and failed checks call by name, and the calls that are made seldom.
#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.hpp"
#include "base/lock_order.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/panic.hpp"

namespace sdk::runtime {

using base::u64;

abi::Error try_debug_write(std::string_view piece) {
    std::array<char, abi::kDebugWriteBytes> letters{};
    std::ranges::copy(piece.substr(0, letters.size()), letters.begin());
    const auto words = std::bit_cast<std::array<u64, abi::kDebugWriteBytes / sizeof(u64)>>(letters);
    u64 number = static_cast<u64>(abi::CallNumber::DebugWrite) | piece.size() << abi::kDebugLengthShift;
    u64 first = words[0];
    u64 second = words[1];
    u64 third = words[2];
    register u64 fourth asm("r10") = words[3];
    register u64 fifth asm("r8") = words[4];
    register u64 sixth asm("r9") = words[5];
    // SAFETY: the call reads registers alone.
    asm volatile("syscall"
                 : "+a"(number), "+D"(first), "+S"(second), "+d"(third), "+r"(fourth), "+r"(fifth), "+r"(sixth)
                 :
                 : "rcx", "r11", "memory", "cc");
    return static_cast<abi::Error>(number);
}

void debug_write(std::string_view text) {
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, abi::kDebugWriteBytes);
        // Only who has written much waits, and for less than a second.
        while (try_debug_write(piece) == abi::Error::WouldBlock) {
            __builtin_ia32_pause();
        }
        text.remove_prefix(piece.size());
    }
}

void exit(u64 code) {
    for (;;) {
        asm volatile("syscall"
                     :
                     : "a"(static_cast<u64>(abi::CallNumber::Exit)), "D"(code)
                     : "rcx", "r11", "memory", "cc");
    }
}

} // namespace sdk::runtime

extern "C" {

[[noreturn]] void __stack_chk_fail() { sdk::runtime::panic("stack smashed", ""); }

[[noreturn]] void __cxa_pure_virtual() { sdk::runtime::panic("a pure virtual function was called", ""); }

[[noreturn]] void tessera_assert_failed(const char* condition, const char*, int) {
    sdk::runtime::panic("assertion failed:", condition);
}

[[noreturn]] void abort() { sdk::runtime::panic("abort() was called", ""); }

} // extern "C"

namespace std {
inline namespace __k1 {

[[noreturn]] void __libcpp_verbose_abort(const char* format, ...) {
    sdk::runtime::panic("library check failed:", format);
}

} // namespace __k1
} // namespace std

void base::assertion_failed(const char* condition, const char* message, const char*, unsigned) {
    sdk::runtime::panic(condition, message);
}

void base::lock_order_violation(const LockClass& held, const LockClass& taken) {
    sdk::runtime::panic(taken.name, held.name);
}
