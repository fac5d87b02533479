#include "tests/abi/calls.hpp"

#include <algorithm>

#include "sdk/runtime/kernel_call.hpp"

namespace tests::abi {

namespace {

/// An emulator with one thread goes on with another processor, which may be what is waited for.
void yield() { __builtin_ia32_pause(); }

} // namespace

::abi::Submission Calls::entry(Handle capability, u16 method) {
    ::abi::Submission submission{};
    submission.capability = capability.word();
    submission.method = method;
    return submission;
}

u64 Calls::post(const ::abi::Submission& entry) {
    ::abi::Submission& place = ring_.next();
    place = entry;
    place.tag = ++last_tag_;
    ring_.add();
    while (ring_.added() != 0) {
        if (sdk::runtime::submit(ring_.added(), 0) == 0) {
            yield();
        }
    }
    return last_tag_;
}

Outcome Calls::take(u64 tag) {
    while (!has(tag)) {
        sdk::runtime::submit(0, 1);
        yield();
    }
    const ::abi::Completion done = remove(find(tag));
    return {static_cast<Error>(done.status), done};
}

void Calls::wait() {
    while (!has_completion()) {
        sdk::runtime::submit(0, 1);
    }
}

::abi::Completion Calls::take() { return has_completion() ? remove(0) : ::abi::Completion{}; }

bool Calls::has(u64 tag) {
    collect();
    return find(tag) != kept_count_;
}

u32 Calls::find(u64 tag) const {
    u32 index = 0;
    while (index < kept_count_ &&
           (kept_.at(index).tag != tag || (kept_.at(index).flags & ::abi::kCompletionKindMask) != 0)) {
        ++index;
    }
    return index;
}

::abi::Completion Calls::remove(u32 index) {
    const ::abi::Completion removed = kept_.at(index);
    for (--kept_count_; index < kept_count_; ++index) {
        kept_.at(index) = kept_.at(index + 1);
    }
    return removed;
}

void Calls::collect() {
    while (ring_.front() != nullptr) {
        const ::abi::Completion done = *ring_.front();
        ring_.pop();
        if (listener_ != nullptr && !is_own(done)) {
            listener_->take(done);
            continue;
        }
        if (kept_count_ == kept_.size()) {
            sdk::runtime::debug_write("too many completions are kept\n");
            sdk::runtime::exit(1);
        }
        kept_.at(kept_count_++) = done;
    }
}

Handle Calls::derive(Handle parent, Permissions permissions, u64 expiry) {
    return call(parent, static_cast<u16>(HandleMethod::Derive),
                ::abi::DeriveArguments{
                    .permissions = permissions.bits, .expiry = expiry, .has_qualifier = 0, .qualifier = 0})
        .handle();
}

u64 Calls::now() {
    return call(root(ObjectKind::Machine), method_of(ObjectKind::Machine, ::abi::MachineMethod::Clock)).answer<u64>();
}

u64 Calls::cancel(u64 tag) {
    return call(root(ObjectKind::Ring), method_of(ObjectKind::Ring, ::abi::RingMethod::Cancel), tag).answer<u64>();
}

Handle Calls::create_memory(u64 bytes) {
    return call(root(ObjectKind::Budget), method_of(ObjectKind::Budget, ::abi::BudgetMethod::CreateMemory),
                ::abi::CreateMemoryArguments{.bytes = bytes, .is_fixed = 0})
        .handle();
}

u64 Calls::read_word(Handle memory, u64 offset) {
    return call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Read),
                ::abi::CopyArguments{.offset = offset, .bytes = sizeof(u64)})
        .answer<u64>();
}

void Calls::write_word(Handle memory, u64 offset, u64 word) {
    struct Written {
        ::abi::CopyArguments place;
        u64 word;
    };

    call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Write),
         Written{{.offset = offset, .bytes = sizeof(u64)}, word});
}

} // namespace tests::abi
