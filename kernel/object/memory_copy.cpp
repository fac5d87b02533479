// Bytes from one memory object to another.
#include <algorithm>

#include "kernel/object/memory.hpp"
#include "kernel/object/sweep.hpp"

namespace kernel::object {

using base::Bytes;
using base::Result;
using base::u64;
using memory_object::Outcome;
using memory_object::Want;

namespace {

/// What stands on the stack: large enough that the locks do not count, small enough for that.
constexpr base::usize kBufferBytes = 2048;

/// Of one call: 13,000 instructions, with pages that are there.
constexpr u64 kMostCopied = 16 << 10;

} // namespace

/// A copy that is under way.
struct Memory::Copy {
    Copy(Memory& writes_to, Memory& reads_from, Bytes to_offset, Bytes from_offset)
        : source(reads_from), to(to_offset), from(from_offset), reading(reads_from), writing(writes_to) {}

    Memory& source;
    Bytes to;
    Bytes from;
    Environment reading;
    Environment writing;
    Copied copied{};
    bool is_replaced = false;
    // Not initialised: what was not read is not written.
    std::array<std::byte, kBufferBytes> buffer;
};

bool Memory::copy_part(Copy& copy, u64 left, Result<void>& failure) {
    const auto note = [&copy](Memory& where, u64 offset, Outcome outcome, Want want, u64 seen) {
        copy.copied.outcome = outcome;
        copy.copied.missing_in = &where;
        copy.copied.page = offset / base::kPageSize;
        copy.copied.want = want;
        copy.copied.answers_seen = seen;
    };
    const u64 done = copy.copied.bytes;
    const auto buffer = std::span(copy.buffer).first(std::min<u64>(left, kBufferBytes));
    const Bytes from = copy.from + Bytes{done};
    const u64 source_answers = copy.source.answers();
    const auto read = copy.source.on_content(
        copy.reading, [&](Content& content, memory_object::Work&) { return content.read(copy.reading, from, buffer); });
    if (!read) {
        failure = read.error();
        return false;
    }
    const auto bytes = std::span(copy.buffer).first(read->next - from.value());
    if (bytes.empty()) {
        note(copy.source, read->next, read->outcome, Want::Read, source_answers);
        return false;
    }
    const Bytes to = copy.to + Bytes{done};
    const u64 own_answers = answers();
    const auto written = on_content(
        copy.writing, [&](Content& content, memory_object::Work&) { return content.write(copy.writing, to, bytes); });
    if (!written) {
        failure = written.error();
        return false;
    }
    copy.is_replaced = copy.is_replaced || written->is_replaced;
    copy.copied.bytes += written->next - to.value();
    if (written->outcome != Outcome::Ready) {
        note(*this, written->next, written->outcome, Want::Write, own_answers);
    }
    return written->outcome == Outcome::Ready && read->outcome == Outcome::Ready;
}

Result<Memory::Copied> Memory::copy_from(Bytes to, Memory& source, Bytes from, u64 bytes, Sweep& sweep) {
    // Its parts make themselves, but for the buffer.
    [[clang::uninitialized]] Copy copy(*this, source, to, from);
    const u64 most = std::min(bytes, kMostCopied);
    Result<void> failure;
    while (copy.copied.bytes < most && copy_part(copy, most - copy.copied.bytes, failure)) {
    }
    // What fails later is told when it comes first.
    if (!failure && copy.copied.bytes == 0) {
        return failure.error();
    }
    const u64 first = base::Pages::within(to).value();
    const u64 end = copy.is_replaced ? base::Pages::holding(to + Bytes{copy.copied.bytes}).value() : first;
    sweep.start(*this, first, end - first, SweepAction::Unmap, copy.writing.frames);
    return copy.copied;
}

} // namespace kernel::object
