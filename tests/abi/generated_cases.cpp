// What must hold for every row of abi/methods.hpp.
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

constexpr std::array kPermissions{::abi::kRead,   ::abi::kWrite, ::abi::kExecute,
                                  ::abi::kDelete, ::abi::kGrant, ::abi::kDelegate};

/// A submission that is wrong in its arguments alone, so that it has no effect.
::abi::Submission malformed(Handle capability, u16 method) {
    ::abi::Submission submission = Calls::entry(capability, method);
    submission.length = ::abi::kPayloadBytes + 1;
    return submission;
}

/// For methods of any kind, a Memory.
Handle target(Calls& calls, const ::abi::MethodEntry& row, Handle memory) {
    return row.kind == ObjectKind::None || row.kind == ObjectKind::Memory ? memory : calls.root(row.kind);
}

void try_permissions(Calls& calls, Checks& checks, const ::abi::MethodEntry& row, Handle whole) {
    for (const Permissions missing : kPermissions) {
        const Permissions rest{static_cast<u8>(::abi::kAllPermissions.bits & ~missing.bits)};
        const Handle less = calls.derive(whole, rest);
        const bool is_needed = !(row.needs & missing).is_empty();
        checks.equal(row.name, "with a permission missing", calls.send(malformed(less, row.method)).error,
                     is_needed ? Error::AccessDenied : Error::InvalidArgument);
        checks.equal(row.name, "is dropped", calls.drop(less), kGood);
    }
    const Handle least = calls.derive(whole, row.needs);
    checks.equal(row.name, "with just what it needs", calls.send(malformed(least, row.method)).error,
                 Error::InvalidArgument);
    calls.drop(least);
}

void try_handles_that_are_none(Calls& calls, Checks& checks, const ::abi::MethodEntry& row, Handle whole) {
    const Handle dropped = calls.derive(whole, ::abi::kAllPermissions);
    calls.drop(dropped);
    const Handle other_generation = Handle::of_entry(whole.slot(), whole.generation() + 1);
    const std::array none{Handle{},
                          Handle{1},
                          Handle{~u64{0}},
                          dropped,
                          other_generation,
                          Handle::of_entry(Handle::kLargestSlot, 0),
                          Handle::of_reply(whole.slot(), whole.generation()),
                          Handle{whole.word() | u64{1} << 48}};
    for (const Handle handle : none) {
        // Everything else is wrong too: the handle comes first.
        checks.equal(row.name, "of no capability", calls.send(malformed(handle, row.method)).error, Error::BadHandle);
    }
}

void try_other_kinds(Calls& calls, Checks& checks, const ::abi::MethodEntry& row, Handle memory) {
    if (row.kind == ObjectKind::None) {
        return;
    }
    for (u8 kind = 1; kind < ::abi::kObjectKinds; ++kind) {
        const auto other = static_cast<ObjectKind>(kind);
        const Handle handle = other == ObjectKind::Memory ? memory : calls.root(other);
        if (other == row.kind || handle == Handle{}) {
            continue;
        }
        const Handle powerless = calls.derive(handle, {}, 1);
        checks.equal(row.name, "of another kind", calls.send(malformed(powerless, row.method)).error, Error::WrongType);
        calls.drop(powerless);
    }
}

void try_expiry(Calls& calls, Checks& checks, const ::abi::MethodEntry& row, Handle whole) {
    const Handle expired = calls.derive(whole, ::abi::kAllPermissions, 1);
    // What can be invoked no more can still be given back.
    const bool is_drop = row.method == static_cast<u16>(HandleMethod::Drop);
    checks.equal(row.name, "after its time", calls.send(malformed(expired, row.method)).error,
                 is_drop ? Error::InvalidArgument : Error::Expired);
    checks.equal(row.name, "is dropped after its time", calls.drop(expired), kGood);
    if (!row.needs.is_empty()) {
        const Handle powerless = calls.derive(whole, {}, 1);
        checks.equal(row.name, "after its time, without permission", calls.send(malformed(powerless, row.method)).error,
                     Error::AccessDenied);
        calls.drop(powerless);
    }
}

void try_arguments(Calls& calls, Checks& checks, const ::abi::MethodEntry& row, Handle whole) {
    const auto expect = [&](std::string_view what, const ::abi::Submission& submission) {
        checks.equal(row.name, what, calls.send(submission).error, Error::InvalidArgument);
    };
    ::abi::Submission right = Calls::entry(whole, row.method);
    right.length = row.argument_bytes == ::abi::kAnyLength ? u8{0} : row.argument_bytes;
    right.slots = row.slots;
    ::abi::Submission wrong = right;
    wrong.flags = 1 << 15;
    expect("with an unknown flag", wrong);
    wrong = right;
    wrong.zero = 1;
    expect("with something where zero must be", wrong);
    wrong = right;
    wrong.accept = 5;
    expect("taking more than four capabilities", wrong);
    wrong = right;
    wrong.slots = 5;
    expect("with five slots", wrong);
    wrong = right;
    wrong.slots = static_cast<u8>(row.slots + 1);
    expect("with a slot too many", wrong);
    if (row.argument_bytes != ::abi::kAnyLength) {
        wrong = right;
        wrong.length = static_cast<u8>(row.argument_bytes + 1);
        expect("with too long arguments", wrong);
    }
}

} // namespace

void try_generated(Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(1 << 16);
    for (const ::abi::MethodEntry& row : ::abi::kMethods) {
        const Handle whole = target(calls, row, memory);
        try_permissions(calls, checks, row, whole);
        try_handles_that_are_none(calls, checks, row, whole);
        try_other_kinds(calls, checks, row, memory);
        try_expiry(calls, checks, row, whole);
        try_arguments(calls, checks, row, whole);
    }
    for (const u16 unknown : {u16{6}, u16{0xff}}) {
        checks.equal("unknown method", "of any capability", calls.call(memory, unknown).error, Error::Unsupported);
    }
    checks.equal("unknown method", "of its kind", calls.call(memory, method_of(ObjectKind::Memory, 0xff)).error,
                 Error::Unsupported);
    checks.equal("unknown method", "of another kind", calls.call(memory, method_of(ObjectKind::Debug, 0xff)).error,
                 Error::WrongType);
    checks.equal("protocol method", "of what is no channel", calls.call(memory, 0x8001).error, Error::WrongType);
    checks.equal("memory", "is dropped", calls.drop(memory), kGood);
}

} // namespace tests::abi
