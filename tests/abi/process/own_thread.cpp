#include "tests/abi/process/own_thread.hpp"

namespace tests::abi {

sdk::runtime::ProgramRing OwnThread::ring_at(::abi::RingHeader& header, RingShape shape) {
    return {header, ::abi::RootBlock{.magic = 0,
                                     .version = 0,
                                     .count = 0,
                                     .handles = {},
                                     .ring_submissions = shape.submissions,
                                     .ring_completions = shape.completions,
                                     .ring_window = shape.window,
                                     .zero = 0,
                                     .random = {}}};
}

OwnThread::OwnThread(Calls& calls, RingShape shape, u64 stack_bytes)
    : calls_(calls), stack_bytes_(stack_bytes), stack_(calls.create_memory(stack_bytes)) {
    const Outcome ring =
        calls.call(calls.root(ObjectKind::Process), method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateRing),
                   ::abi::CreateRingArguments{.submissions = shape.submissions,
                                              .completions = shape.completions,
                                              .window = shape.window,
                                              .zero = 0,
                                              .address = 0});
    ring_ = ring.handle();
    header_ = ring.answer<u64>();
    const ::abi::MapArguments arguments{
        .address = 0, .offset = 0, .bytes = stack_bytes_, .access = ::abi::kMapRead | ::abi::kMapWrite, .flags = 0};
    address_ = calls
                   .call(calls.root(ObjectKind::AddressSpace),
                         method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map), arguments, lend(stack_))
                   .answer<u64>();
}

void OwnThread::create(Function function, u64 argument, u64 processor) {
    const ::abi::CreateThreadArguments arguments{.entry = std::bit_cast<u64>(function),
                                                 .stack = address_ + stack_bytes_ - sizeof(u64),
                                                 .first = header_,
                                                 .second = argument,
                                                 .third = 0,
                                                 .fourth = 0,
                                                 .processor = processor};
    thread_ = calls_
                  .call(calls_.root(ObjectKind::Process),
                        method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateThread), arguments, lend(ring_))
                  .handle();
}

void OwnThread::start(Function function, u64 argument) {
    create(function, argument);
    calls_.call(thread_, method_of(ObjectKind::Thread, ::abi::ThreadMethod::Start));
}

void OwnThread::end() {
    calls_.call(thread_, method_of(ObjectKind::Thread, ::abi::ThreadMethod::Kill));
    calls_.call(thread_, method_of(ObjectKind::Thread, ::abi::ThreadMethod::Wait));
    calls_.call(calls_.root(ObjectKind::AddressSpace),
                method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
                ::abi::RangeArguments{.address = address_, .bytes = stack_bytes_});
    for (const Handle handle : {thread_, ring_, stack_}) {
        calls_.drop(handle);
    }
}

} // namespace tests::abi
