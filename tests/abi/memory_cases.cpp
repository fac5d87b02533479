#include "tests/abi/cases.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: looks at pages that were mapped before, through their addresses.

namespace tests::abi {

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kPages = 16;

constexpr u16 space_method(::abi::AddressSpaceMethod method) { return method_of(ObjectKind::AddressSpace, method); }

constexpr u16 memory_method(::abi::MemoryMethod method) { return method_of(ObjectKind::Memory, method); }

Outcome map(Calls& calls, Handle memory, u64 bytes, u64 access, u64 address = 0, u64 offset = 0) {
    return calls.call(
        calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Map),
        ::abi::MapArguments{.address = address, .offset = offset, .bytes = bytes, .access = access, .flags = 0},
        lend(memory));
}

Outcome unmap(Calls& calls, u64 address, u64 bytes) {
    return calls.call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Unmap),
                      ::abi::RangeArguments{.address = address, .bytes = bytes});
}

volatile u64& word_at(u64 address) { return *reinterpret_cast<volatile u64*>(address); }

void try_mapping(Calls& calls, Checks& checks, Handle memory) {
    constexpr u64 kMark = 0x1234'5678'9abc'def0;
    const Outcome mapped = map(calls, memory, kPages * kPage, ::abi::kMapRead | ::abi::kMapWrite);
    checks.equal("map", "writable", mapped.error, kGood);
    const u64 address = mapped.answer<u64>();
    checks.equal("map", "is zero", word_at(address + 5 * kPage), 0U);
    word_at(address + 5 * kPage) = kMark;
    checks.equal("read", "what was written through the mapping", calls.read_word(memory, 5 * kPage), kMark);

    struct Written {
        u64 offset;
        u64 bytes;
        u64 value;
    };

    checks.equal("write", "a word",
                 calls.call(memory, memory_method(::abi::MemoryMethod::Write), Written{5 * kPage, 8, ~kMark}).error,
                 kGood);
    checks.equal("write", "is seen through the mapping", word_at(address + 5 * kPage), ~kMark);
    const auto span =
        calls
            .call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Query), address + kPage)
            .answer<::abi::MappedSpan>();
    checks.equal("query", "start", span.start, address);
    checks.equal("query", "end", span.end, address + kPages * kPage);
    checks.equal("map", "over it", map(calls, memory, kPage, ::abi::kMapRead, address).error, Error::Exists);
    const Outcome unmapped = unmap(calls, address, kPages * kPage);
    checks.equal("unmap", "all", unmapped.error, kGood);
    checks.equal("unmap", "bytes", unmapped.answer<u64>(), kPages * kPage);
    checks.equal(
        "query", "nothing there",
        calls.call(calls.root(ObjectKind::AddressSpace), space_method(::abi::AddressSpaceMethod::Query), address).error,
        Error::NotFound);
}

void try_bad_ranges(Calls& calls, Checks& checks, Handle memory) {
    struct Range {
        std::string_view what;
        u64 address;
        u64 bytes;
        u64 offset;
        u64 access;
    };

    constexpr u64 kRead = ::abi::kMapRead;
    const std::array ranges{
        Range{"nothing", 0, 0, 0, kRead},
        Range{"no whole pages", 0, 100, 0, kRead},
        Range{"an address within a page", 0x4000'0000'0123, kPage, 0, kRead},
        Range{"an offset within a page", 0, kPage, 5, kRead},
        Range{"the null page", 1, kPage, 0, kRead},
        Range{"below 64 KiB", 0x8000, kPage, 0, kRead},
        Range{"the highest page", 0x7fff'ffff'f000, kPage, 0, kRead},
        Range{"over the end of the user half", 0x7fff'ffff'e000, 4 * kPage, 0, kRead},
        Range{"capability space", 0x8000'0000'0000, kPage, 0, kRead},
        Range{"the kernel's half", 0xffff'8000'0000'0000, kPage, 0, kRead},
        Range{"an overflow", 0xffff'ffff'ffff'f000, 2 * kPage, 0, kRead},
        Range{"no access", 0, kPage, 0, 0},
        Range{"writing without reading", 0, kPage, 0, ::abi::kMapWrite},
        Range{"writing and executing", 0, kPage, 0, 7},
        Range{"unknown access", 0, kPage, 0, 9},
    };
    for (const Range& range : ranges) {
        const Error error = map(calls, memory, range.bytes, range.access, range.address, range.offset).error;
        checks.that("map", range.what, error == Error::InvalidArgument || error == Error::OutOfRange);
    }
    checks.equal("map", "beyond the object", map(calls, memory, kPage, kRead, 0, kPages * kPage).error,
                 Error::OutOfRange);
    checks.equal("unmap", "capability space", unmap(calls, 0x8000'0000'0000, kPage).error, Error::InvalidArgument);
    checks.equal("unmap", "nothing", unmap(calls, 0x4000'0000'0000, 0).error, Error::InvalidArgument);
}

void try_mapping_rights(Calls& calls, Checks& checks, Handle memory) {
    const Handle readable = calls.derive(memory, ::abi::kRead);
    checks.equal("map", "writable, without Write", map(calls, readable, kPage, 3).error, Error::AccessDenied);
    checks.equal("map", "executable, without Execute", map(calls, readable, kPage, 5).error, Error::AccessDenied);
    checks.equal("map", "what is no Memory", map(calls, calls.root(ObjectKind::Debug), kPage, 1).error,
                 Error::WrongType);
    checks.equal("map", "what is nothing", map(calls, Handle{}, kPage, 1).error, Error::BadHandle);
    const Outcome mapped = map(calls, readable, kPage, 1);
    checks.equal("map", "readable", mapped.error, kGood);
    checks.equal("drop", "what is mapped", calls.drop(readable), kGood);
    checks.equal("map", "lives on", word_at(mapped.answer<u64>()), calls.read_word(memory, 0));
    checks.equal("unmap", "it", unmap(calls, mapped.answer<u64>(), kPage).error, kGood);
}

void try_size(Calls& calls, Checks& checks, Handle memory) {
    const auto size = [&] { return calls.call(memory, memory_method(::abi::MemoryMethod::Size)).answer<u64>(); };
    const auto resize = [&](u64 bytes) {
        return calls.call(memory, memory_method(::abi::MemoryMethod::Resize), bytes).error;
    };
    checks.equal("size", "at first", size(), kPages * kPage);
    checks.equal("resize", "smaller", resize(kPage), kGood);
    checks.equal("size", "then", size(), kPage);
    checks.equal(
        "read", "behind the end",
        calls.call(memory, memory_method(::abi::MemoryMethod::Read), ::abi::CopyArguments{.offset = kPage, .bytes = 8})
            .error,
        Error::OutOfRange);
    checks.equal("resize", "larger", resize(kPages * kPage), kGood);
    checks.equal("read", "what came back is zero", calls.read_word(memory, 5 * kPage), 0U);
    checks.equal("resize", "beyond all bounds", resize(u64{1} << 63), Error::InvalidArgument);
}

/// A capability that shows pages 2 to 4.
void try_window(Calls& calls, Checks& checks, Handle memory) {
    constexpr u64 kFirst = 2;
    constexpr u64 kCount = 3;
    const auto derive = [&](Handle parent, u64 first, u64 count) {
        return calls.call(parent, static_cast<u16>(HandleMethod::Derive),
                          ::abi::DeriveArguments{.permissions = ::abi::kAllPermissions.bits,
                                                 .expiry = 0,
                                                 .has_qualifier = 1,
                                                 .qualifier = count << 32 | first});
    };
    const auto read = [&](Handle part, u64 offset) {
        return calls
            .call(part, memory_method(::abi::MemoryMethod::Read), ::abi::CopyArguments{.offset = offset, .bytes = 8})
            .error;
    };
    const Outcome derived = derive(memory, kFirst, kCount);
    checks.equal("window", "is derived", derived.error, kGood);
    const Handle part = derived.handle();
    checks.equal("window", "its first word", read(part, kFirst * kPage), kGood);
    checks.equal("window", "its last word", read(part, (kFirst + kCount) * kPage - 8), kGood);
    checks.equal("window", "before it", read(part, kFirst * kPage - 8), Error::OutOfRange);
    checks.equal("window", "over its end", read(part, (kFirst + kCount) * kPage - 4), Error::OutOfRange);
    checks.equal("window", "far behind", read(part, ~u64{7}), Error::OutOfRange);
    checks.equal("window", "mapping more", map(calls, part, kPage, 1, 0, (kFirst + kCount) * kPage).error,
                 Error::OutOfRange);
    checks.equal("window", "resizing", calls.call(part, memory_method(::abi::MemoryMethod::Resize), kPage).error,
                 Error::AccessDenied);
    const Outcome mapped = map(calls, part, kCount * kPage, 1, 0, kFirst * kPage);
    checks.equal("window", "mapping all of it", mapped.error, kGood);
    unmap(calls, mapped.answer<u64>(), kCount * kPage);
    const Outcome smaller = derive(part, kFirst + 1, 1);
    checks.equal("window", "smaller", smaller.error, kGood);
    checks.equal("window", "larger again", derive(smaller.handle(), kFirst, kCount).error, Error::InvalidArgument);
    checks.equal("window", "beside it", derive(part, kFirst - 1, 1).error, Error::InvalidArgument);
    calls.drop(smaller.handle());
    calls.drop(part);
}

u64 used(Calls& calls) {
    return calls.call(calls.root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::Usage))
        .answer<::abi::BudgetUsage>()
        .memory_bytes;
}

void try_give_back(Calls& calls, Checks& checks) {
    // The first makes what stays: nodes of page tables.
    u64 before = 0;
    for (int round = 0; round < 3; ++round) {
        const Handle memory = calls.create_memory(kPages * kPage);
        const u64 address = map(calls, memory, kPages * kPage, 3).answer<u64>();
        for (u64 page = 0; page < kPages; ++page) {
            word_at(address + page * kPage) = page;
        }
        unmap(calls, address, kPages * kPage);
        calls.drop(memory);
        // It ends a grace period later.
        for (int i = 0; i < 4; ++i) {
            calls.call(calls.root(ObjectKind::Debug), HandleMethod::Null);
        }
        if (round == 0) {
            before = used(calls);
        }
    }
    checks.equal("budget", "has all back", used(calls), before);
}

} // namespace

void try_memory(Calls& calls, Checks& checks) {
    const Handle memory = calls.create_memory(kPages * kPage);
    try_mapping(calls, checks, memory);
    try_bad_ranges(calls, checks, memory);
    try_mapping_rights(calls, checks, memory);
    try_window(calls, checks, memory);
    try_size(calls, checks, memory);
    checks.equal("drop", "the memory", calls.drop(memory), kGood);
    try_give_back(calls, checks);
}

} // namespace tests::abi

#pragma clang unsafe_buffer_usage end
