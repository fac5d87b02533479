#include "tests/fuzz/kernel/guest/peer.hpp"

namespace tests::fuzz {

using ::abi::AddressSpaceMethod;
using ::abi::ObjectKind;
using tests::abi::Calls;
using tests::abi::method_of;

Peer::Peer(Calls& calls, Shadow& shadow) : calls_(calls), shadow_(shadow), thread_(calls, kShape, kStackBytes) {
    // The first program begins on processor 0.
    constexpr u64 kProcessor = 1;
    thread_.create(&serve_for, std::bit_cast<u64>(this), kProcessor);
    task_ = Task::Begin;
    calls.call(thread_.thread(), method_of(ObjectKind::Thread, ::abi::ThreadMethod::Start));
    finish();
}

void Peer::begin(Input input, u32 serial, u64 now) {
    input_ = input;
    serial_ = serial;
    now_ = now;
    has_begun_ = false;
    give(calls_, Task::Run);
    while (!has_begun_) {
        __builtin_ia32_pause();
    }
}

void Peer::finish() {
    for (Task task = task_; task != Task::None; task = wait_while(calls_, task)) {
    }
}

void Peer::end() {
    give(calls_, Task::End);
    finish();
}

void Peer::give(Calls& calls, Task task) {
    task_ = task;
    calls.call(calls_.root(ObjectKind::AddressSpace),
               method_of(ObjectKind::AddressSpace, AddressSpaceMethod::WakeAddress),
               ::abi::WakeAddressArguments{.address = std::bit_cast<u64>(&task_), .count = 1, .flags = 0});
}

Peer::Task Peer::wait_while(Calls& calls, Task task) {
    while (task_ == task) {
        calls.call(
            calls_.root(ObjectKind::AddressSpace), method_of(ObjectKind::AddressSpace, AddressSpaceMethod::WaitAddress),
            ::abi::WaitAddressArguments{
                .address = std::bit_cast<u64>(&task_), .expected = static_cast<u32>(task), .zero = 0, .owner = 0});
    }
    return task_;
}

void Peer::serve_for(::abi::RingHeader* header, u64 self) {
    Calls calls(*header, ::abi::RootBlock{.magic = 0,
                                          .version = 0,
                                          .count = 0,
                                          .handles = {},
                                          .ring_submissions = kShape.submissions,
                                          .ring_completions = kShape.completions,
                                          .ring_window = kShape.window,
                                          .zero = 0,
                                          .random = {}});
    std::bit_cast<Peer*>(self)->serve(calls);
}

void Peer::serve(Calls& calls) {
    Lane lane(calls.ring(), ring(), shadow_, 1);
    lane_ = &lane;
    calls.set_listener(&lane);
    for (;;) {
        const Task task = wait_while(calls, Task::None);
        perform(task);
        give(calls, Task::None);
    }
}

void Peer::perform(Task task) {
    if (task == Task::Run) {
        has_begun_ = true;
        lane_->run(input_, serial_, now_);
    } else if (task == Task::End) {
        lane_->end();
    }
}

} // namespace tests::fuzz
