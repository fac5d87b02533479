/// What fuzzers judge successes by.
#pragma once

#include "abi/methods.hpp"

namespace tests::abi {

/// Whether who holds `held` of something of `kind` may have a success of `method` with it. A kind of None: nobody knows
/// what it is, and anything may succeed that there is.
constexpr bool may_succeed(::abi::u16 method, ::abi::ObjectKind kind, ::abi::Permissions held) {
    const bool is_wild = kind == ::abi::ObjectKind::None;
    if (method >= ::abi::kFirstProtocolMethod) {
        const ::abi::Permissions any = ::abi::kRead | ::abi::kWrite | ::abi::kExecute;
        return is_wild || (kind == ::abi::ObjectKind::ChannelClient && !(held & any).is_empty());
    }
    const ::abi::MethodEntry* const row = ::abi::find_method(method);
    const bool is_of_kind = row != nullptr && (row->kind == ::abi::ObjectKind::None || row->kind == kind);
    return row != nullptr && (is_wild || (is_of_kind && held.covers(row->needs)));
}

} // namespace tests::abi
