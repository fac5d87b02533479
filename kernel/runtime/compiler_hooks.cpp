// What the compiler, libc++'s headers and Boost.Intrusive call when one of their checks fails.
#include <string_view>

#include "base/assert.hpp"
#include "base/format.hpp"
#include "base/lock_order.hpp"
#include "kernel/core/panic.hpp"

extern "C" {

[[noreturn]] void __stack_chk_fail() { kernel::core::panic("stack smashed: the canary of a function's frame changed"); }

[[noreturn]] void __cxa_pure_virtual() { kernel::core::panic("a pure virtual function was called"); }

[[noreturn]] void tessera_assert_failed(const char* condition, const char*, int) {
    kernel::core::panic_from("assertion failed", condition);
}

[[noreturn]] void abort() { kernel::core::panic("abort() was called"); }

} // extern "C"

namespace std {
inline namespace __k1 {

[[noreturn]] void __libcpp_verbose_abort(const char* format, ...) {
    // The formats of libc++'s assertions are "%s" with the whole message behind it.
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    const std::string_view shape = format;
    kernel::core::panic_from("library check failed", shape == "%s" ? __builtin_va_arg(arguments, const char*) : format);
}

} // namespace __k1
} // namespace std

void base::assertion_failed(const char* condition, const char* message, const char* file, unsigned line) {
    kernel::core::panic_assertion(condition, message, file, line);
}

void base::lock_order_violation(const LockClass& held, const LockClass& taken) {
    base::FixedText<128> text;
    base::print(text, "{} taken under {}", taken.name, held.name);
    kernel::core::panic_from("lock order", text.view());
}
