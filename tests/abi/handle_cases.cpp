#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

::abi::CapabilityView view(Calls& calls, Handle handle) {
    return calls.call(handle, HandleMethod::Inspect).answer<::abi::CapabilityView>();
}

Error derive(Calls& calls, Handle parent, const ::abi::DeriveArguments& arguments) {
    return calls.call(parent, static_cast<u16>(HandleMethod::Derive), arguments).error;
}

void try_inspect(Calls& calls, Checks& checks) {
    for (const ObjectKind kind : {ObjectKind::Process, ObjectKind::AddressSpace, ObjectKind::Budget, ObjectKind::Ring,
                                  ObjectKind::Machine, ObjectKind::Debug}) {
        const auto seen = view(calls, calls.root(kind));
        checks.equal("inspect", name(kind), seen.kind, static_cast<u8>(kind));
        checks.equal("inspect", "permissions of a root", seen.permissions, ::abi::kAllPermissions.bits);
        checks.equal("inspect", "effective ones", seen.effective, ::abi::kAllPermissions.bits);
        checks.equal("inspect", "expiry of a root", seen.expiry, 0U);
        checks.that("inspect", "id", seen.object_id != 0);
    }
}

void try_narrowing(Calls& calls, Checks& checks) {
    const Handle parent = calls.derive(calls.root(ObjectKind::Debug), ::abi::kRead | ::abi::kGrant, 1'000'000'000'000);
    const Handle child = calls.derive(parent, ::abi::kAllPermissions);
    checks.equal("derive", "gives no more than there is", view(calls, child).permissions,
                 (::abi::kRead | ::abi::kGrant).bits);
    checks.equal("derive", "keeps the expiry", view(calls, child).expiry, 1'000'000'000'000U);
    checks.equal("derive", "keeps the object", view(calls, child).object_id, view(calls, parent).object_id);
    checks.equal(
        "derive", "with a later expiry",
        derive(calls, parent, {.permissions = 1, .expiry = 1'000'000'000'001, .has_qualifier = 0, .qualifier = 0}),
        Error::InvalidArgument);
    checks.equal("derive", "with permissions that there are not",
                 derive(calls, parent, {.permissions = 64, .expiry = 0, .has_qualifier = 0, .qualifier = 0}),
                 Error::InvalidArgument);
    checks.equal("derive", "with a qualifier of a kind that has none",
                 derive(calls, parent, {.permissions = 1, .expiry = 0, .has_qualifier = 1, .qualifier = 3}),
                 Error::InvalidArgument);
    checks.equal("drop", "the child", calls.drop(child), kGood);
    checks.equal("drop", "the parent", calls.drop(parent), kGood);
}

void try_drop(Calls& calls, Checks& checks) {
    const Handle parent = calls.derive(calls.root(ObjectKind::Debug), ::abi::kAllPermissions);
    const Handle child = calls.derive(parent, ::abi::kAllPermissions);
    checks.equal("drop", "a parent", calls.drop(parent), kGood);
    checks.equal("drop", "leaves the child", calls.call(child, HandleMethod::Null).error, kGood);
    checks.equal("drop", "twice", calls.drop(parent), Error::BadHandle);
    checks.equal("drop", "the child", calls.drop(child), kGood);
    // Each comes back under another generation.
    constexpr u32 kMany = 5000;
    u32 good = 0;
    for (u32 i = 0; i < kMany; ++i) {
        const Handle one = calls.derive(calls.root(ObjectKind::Debug), ::abi::kRead);
        good += calls.drop(one) == kGood && calls.call(one, HandleMethod::Null).error == Error::BadHandle ? 1 : 0;
    }
    checks.equal("drop", "many, one after the other", good, kMany);
}

void try_revoke(Calls& calls, Checks& checks) {
    constexpr u32 kChildren = 300;
    std::array<Handle, kChildren> children;
    const Handle top = calls.derive(calls.root(ObjectKind::Debug), ::abi::kAllPermissions);
    for (u32 i = 0; i < kChildren; ++i) {
        // Chains of three.
        children.at(i) = calls.derive(i % 3 == 0 ? top : children.at(i - 1), ::abi::kAllPermissions);
    }
    checks.equal("revoke", "300 descendants", calls.call(top, HandleMethod::Revoke).error, kGood);
    u32 dead = 0;
    u32 dropped = 0;
    for (const Handle child : children) {
        dead += calls.call(child, HandleMethod::Null).error == Error::BadHandle ? 1 : 0;
        dropped += calls.drop(child) == kGood ? 1 : 0;
    }
    checks.equal("revoke", "all are dead", dead, kChildren);
    checks.equal("revoke", "and can be dropped by who held them", dropped, kChildren);
    checks.equal("revoke", "leaves the top", calls.call(top, HandleMethod::Null).error, kGood);
    checks.equal("revoke", "of nothing", calls.call(top, HandleMethod::Revoke).error, kGood);
    checks.equal("drop", "the top", calls.drop(top), kGood);
}

/// Who held what was revoked may drop it when the object is long gone.
void try_dropping_what_is_gone(Calls& calls, Checks& checks) {
    constexpr u32 kMany = 40;
    std::array<Handle, kMany> dead;
    for (Handle& child : dead) {
        const Handle memory = calls.create_memory(1 << 14);
        child = calls.derive(memory, ::abi::kAllPermissions);
        calls.call(memory, HandleMethod::Revoke);
        calls.drop(memory);
    }
    constexpr u32 kGracePeriods = 100;
    for (u32 i = 0; i < kGracePeriods; ++i) {
        calls.call(calls.root(ObjectKind::Debug), HandleMethod::Null);
    }
    u32 good = 0;
    for (const Handle child : dead) {
        good += calls.drop(child) == kGood ? 1 : 0;
    }
    checks.equal("drop", "what was revoked of objects that are gone", good, kMany);
}

} // namespace

void try_handles(Calls& calls, Checks& checks) {
    try_inspect(calls, checks);
    try_narrowing(calls, checks);
    try_drop(calls, checks);
    try_revoke(calls, checks);
    try_dropping_what_is_gone(calls, checks);
}

} // namespace tests::abi
