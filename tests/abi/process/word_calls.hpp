/// Waits for words, and what ends them.
#pragma once

#include "tests/abi/calls.hpp"

namespace tests::abi {

/// Of one address space.
class WordCalls {
  public:
    WordCalls(Calls& calls, Handle space) : calls_(calls), space_(space) {}

    /// `owner`: of the lock that the word is; none: it is none.
    [[nodiscard]] ::abi::Submission wait_entry(u64 address, u32 expected, u64 deadline = 0, Handle owner = {}) const {
        ::abi::Submission entry = Calls::with(
            space_, method(::abi::AddressSpaceMethod::WaitAddress),
            ::abi::WaitAddressArguments{.address = address, .expected = expected, .zero = 0, .owner = owner.word()});
        entry.deadline = deadline;
        return entry;
    }

    /// Its tag.
    u64 post_wait(u64 address, u32 expected, u64 deadline = 0) {
        return calls_.post(wait_entry(address, expected, deadline));
    }

    Outcome wake_outcome(u64 address, u32 count, u32 flags = 0) {
        return calls_.call(space_, method(::abi::AddressSpaceMethod::WakeAddress),
                           ::abi::WakeAddressArguments{.address = address, .count = count, .flags = flags});
    }

    /// How many it woke; of a failed call, as many as none.
    u64 wake(u64 address, u32 count) {
        const Outcome outcome = wake_outcome(address, count);
        return outcome.error == kGood ? outcome.answer<u64>() : ~u64{0};
    }

    Outcome requeue(const ::abi::RequeueAddressArguments& arguments) {
        return calls_.call(space_, method(::abi::AddressSpaceMethod::RequeueAddress), arguments);
    }

    /// Of whoever waits at `address`, one waits at `target` from now on. How many were there.
    u64 move_one(u64 address, u64 target, u32 expected) {
        const Outcome outcome = requeue(
            {.address = address, .target = target, .expected = expected, .wake = 0, .move = 1, .zero = 0, .owner = 0});
        return outcome.error == kGood ? outcome.answer<::abi::RequeueReport>().moved : 0;
    }

    /// Pages of `memory` from `offset` on; the answer is their address.
    Outcome map(Handle memory, u64 access, u64 pages = 1, u64 offset = 0) {
        const ::abi::MapArguments arguments{
            .address = 0, .offset = offset, .bytes = pages * kPageBytes, .access = access, .flags = 0};
        return calls_.call(space_, method(::abi::AddressSpaceMethod::Map), arguments, lend(memory));
    }

    void unmap(u64 address, u64 pages = 1) {
        calls_.call(space_, method(::abi::AddressSpaceMethod::Unmap),
                    ::abi::RangeArguments{.address = address, .bytes = pages * kPageBytes});
    }

  private:
    static constexpr u64 kPageBytes = 4096;

    static constexpr u16 method(::abi::AddressSpaceMethod method) {
        return method_of(ObjectKind::AddressSpace, method);
    }

    Calls& calls_;
    Handle space_;
};

} // namespace tests::abi
