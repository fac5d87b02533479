/// How much the entries of a batch count together: it is a slice of bounded length, whatever they ask for.
#pragma once

#include "abi/methods.hpp"
#include "base/types.hpp"

namespace kernel::process {

/// What a batch may count before its last entry; each entry counts 1, and its weight. 1 is some 300 instructions, and
/// no entry counts much more than this, but for those that take a batch for themselves: so a slice is at most 20,000.
inline constexpr base::u32 kBatch = 32;

/// Of a call through a channel, and of an answer.
inline constexpr base::u32 kCallWeight = 2;

/// Of so many bytes that were copied.
constexpr base::u32 weight_of_bytes(base::u64 bytes) { return static_cast<base::u32>(bytes / 512); }

/// Of so many pages that were given frames, or gave them back.
constexpr base::u32 weight_of_pages(base::u64 pages) { return static_cast<base::u32>(pages * 4); }

/// What `method` does whatever its arguments are.
constexpr base::u8 weight_of(const abi::MethodEntry& method) {
    constexpr auto kOf = []<class Number>(abi::ObjectKind kind, Number number) {
        return abi::object_method(kind, static_cast<base::u8>(number));
    };
    constexpr base::u8 kWhole = 64;
    constexpr base::u8 kMany = 16;
    constexpr base::u8 kSome = 4;
    using enum abi::ObjectKind;
    switch (method.method) {
    case static_cast<base::u16>(abi::HandleMethod::Null): return 0;
    case static_cast<base::u16>(abi::HandleMethod::Drop): return 1;
    case static_cast<base::u16>(abi::HandleMethod::Derive):
    case kOf(Process, abi::ProcessMethod::Install): return 2;
    case kOf(Budget, abi::BudgetMethod::CreateProcess):
    case kOf(Process, abi::ProcessMethod::CreateRing):
    case kOf(Process, abi::ProcessMethod::CreateThread):
    case kOf(Debug, abi::DebugMethod::WriteLog): return kWhole;
    case kOf(AddressSpace, abi::AddressSpaceMethod::Unmap):
    case kOf(AddressSpace, abi::AddressSpaceMethod::Protect): return kMany;
    default: break;
    }
    const bool is_large = method.kind == Budget || method.kind == Machine || method.kind == Debug;
    // Pages, and what waits for them.
    return is_large || method.kind == Memory || method.slots != 0 ? kSome * 2 : method.needs == abi::kRead ? 0 : 1;
}

} // namespace kernel::process
