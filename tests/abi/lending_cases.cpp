#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr u64 kPage = 4096;
constexpr u64 kReadOnly = ::abi::kMapRead;
constexpr u64 kWritable = ::abi::kMapRead | ::abi::kMapWrite;

constexpr u16 space_method(::abi::AddressSpaceMethod method) { return method_of(ObjectKind::AddressSpace, method); }

/// Maps one page of what `word` lends.
Outcome map(Calls& calls, SlotWord word, u64 access) {
    return calls.call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Map),
                      ::abi::MapArguments{.address = 0, .offset = 0, .bytes = kPage, .access = access, .flags = 0},
                      word);
}

Error protect(Calls& calls, u64 address, u64 access) {
    return calls
        .call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Protect),
              ::abi::ProtectArguments{.address = address, .bytes = kPage, .access = access})
        .error;
}

void unmap(Calls& calls, u64 address) {
    calls.call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Unmap),
               ::abi::RangeArguments{.address = address, .bytes = kPage});
}

void try_words(Calls& calls, Checks& checks, Handle memory) {
    constexpr Permissions kAll = ::abi::kAllPermissions;
    checks.equal("lend", "as Derive", map(calls, SlotWord{memory, kAll, SlotMode::Derive}, kReadOnly).error,
                 Error::InvalidArgument);
    checks.equal("lend", "as Move", map(calls, SlotWord{memory, kAll, SlotMode::Move}, kReadOnly).error,
                 Error::InvalidArgument);
    checks.equal("lend", "as nothing", map(calls, SlotWord{memory, kAll, SlotMode::None}, kReadOnly).error,
                 Error::InvalidArgument);
    checks.equal("lend", "with a kind",
                 map(calls, SlotWord{memory, kAll, SlotMode::Lend, ObjectKind::Memory}, kReadOnly).error,
                 Error::InvalidArgument);
    checks.equal("lend", "with an unknown kind",
                 map(calls, SlotWord{SlotWord{memory, kAll, SlotMode::Lend}.word() | u64{0xff} << 56}, kReadOnly).error,
                 Error::InvalidArgument);
}

/// The word's mask counts as the capability's own permissions do: then, and as long as the mapping is there.
void try_masks(Calls& calls, Checks& checks, Handle memory) {
    const auto lend = [&](Permissions mask) { return SlotWord{memory, mask, SlotMode::Lend}; };
    checks.equal("lend", "nothing of it", map(calls, lend({}), kReadOnly).error, Error::AccessDenied);
    checks.equal("lend", "without Write", map(calls, lend(::abi::kRead), kWritable).error, Error::AccessDenied);
    checks.equal("lend", "without Read", map(calls, lend(::abi::kWrite), kWritable).error, Error::AccessDenied);
    const Outcome readable = map(calls, lend(::abi::kRead), kReadOnly);
    checks.equal("lend", "Read", readable.error, kGood);
    checks.equal("protect", "writable, what was lent without Write", protect(calls, readable.answer<u64>(), kWritable),
                 Error::AccessDenied);
    unmap(calls, readable.answer<u64>());
    const Outcome writable = map(calls, lend(::abi::kRead | ::abi::kWrite), kReadOnly);
    checks.equal("lend", "Read and Write", writable.error, kGood);
    checks.equal("protect", "writable, what was lent with Write", protect(calls, writable.answer<u64>(), kWritable),
                 kGood);
    unmap(calls, writable.answer<u64>());
}

} // namespace

void try_lending(Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(kPage);
    try_words(calls, checks, memory);
    try_masks(calls, checks, memory);
    checks.equal("drop", "what was lent", calls.drop(memory), kGood);
}

} // namespace tests::abi
