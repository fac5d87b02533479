#include "kernel/arch/x86_64/exceptions.hpp"

#include <array>

#include "base/address.hpp"
#include "kernel/arch/x86_64/image.hpp"
#include "kernel/arch/x86_64/trap_frame.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: reads kernel text behind a checked address, and a table between two symbols of the linker script.

namespace kernel::arch::x86_64 {

namespace {

using base::i64;
using base::u64;
using base::u8;

constexpr u64 kInvalidOpcode = 6;
constexpr u64 kGeneralProtection = 13;

/// The word of a table is the distance from itself.
u64 place_of(const base::i32* word) { return base::address_of(word) + static_cast<u64>(static_cast<i64>(*word)); }

/// clang's table of kCFI checks.
bool is_kcfi_trap(u64 address) {
    for (const base::i32* entry = kcfi_traps_start; entry != kcfi_traps_end; ++entry) {
        if (place_of(entry) == address) {
            return true;
        }
    }
    return false;
}

/// The number of the failed check in clang's `ud1l number(%eax), %eax`, or -1: 67 0f b9 40 number, or 67 0f b9 00 for
/// 0.
int undefined_behaviour_kind(u64 address) {
    const auto* code = reinterpret_cast<const u8*>(address);
    if (code[0] != 0x67 || code[1] != 0x0f || code[2] != 0xb9) {
        return -1;
    }
    return code[3] == 0x40 ? code[4] : code[3] == 0 ? 0 : -1;
}

bool in_kernel_text(u64 address) {
    return address >= base::address_of(image_start) && address < base::address_of(image_rodata_start) - 8;
}

/// [clang 19] lib/CodeGen/CodeGenFunction.h, LIST_SANITIZER_CHECKS.
constexpr std::array<std::string_view, 26> kUndefinedBehaviourNames{
    "addition overflow",
    "unreachable code reached",
    "control flow integrity check",
    "division overflow",
    "dynamic type cache miss",
    "floating point cast overflow",
    "function type mismatch",
    "implicit conversion",
    "invalid builtin argument",
    "invalid Objective-C cast",
    "load of an invalid value",
    "missing return",
    "multiplication overflow",
    "negation overflow",
    "nullability argument",
    "nullability return",
    "null argument",
    "null return",
    "array index out of bounds",
    "pointer overflow",
    "shift out of bounds",
    "subtraction overflow",
    "misaligned or null access",
    "alignment assumption",
    "variable length array bound",
    "local bounds",
};

} // namespace

std::string_view undefined_behaviour_name(int kind) {
    const auto index = static_cast<base::usize>(kind);
    return index < kUndefinedBehaviourNames.size() ? kUndefinedBehaviourNames.at(index) : "unknown check";
}

TrapCause cause_of(const TrapFrame& frame) {
    if (frame.vector != kInvalidOpcode || !in_kernel_text(frame.rip)) {
        return {TrapCause::Kind::Hardware, 0};
    }
    if (is_kcfi_trap(frame.rip)) {
        return {TrapCause::Kind::WrongFunctionType, 0};
    }
    if (const int kind = undefined_behaviour_kind(frame.rip); kind >= 0) {
        return {TrapCause::Kind::UndefinedBehaviour, kind};
    }
    const auto* code = reinterpret_cast<const u8*>(frame.rip);
    return {code[0] == 0x0f && code[1] == 0x0b ? TrapCause::Kind::LibraryCheck : TrapCause::Kind::Hardware, 0};
}

bool recover_from(TrapFrame& frame) {
    for (const base::i32* row = exception_recoveries_start; row != exception_recoveries_end; row += 2) {
        if (frame.vector == kGeneralProtection && place_of(row) == frame.rip) {
            frame.rip = place_of(row + 1);
            return true;
        }
    }
    return false;
}

} // namespace kernel::arch::x86_64

#pragma clang unsafe_buffer_usage end
