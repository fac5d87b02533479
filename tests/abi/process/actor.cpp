#include "tests/abi/process/actor.hpp"

#include "sdk/runtime/kernel_call.hpp"

namespace tests::abi {

namespace {

[[noreturn]] void perform(::abi::RingHeader* header, u64 argument) {
    Script& script = *std::bit_cast<Script*>(argument);
    sdk::runtime::ProgramRing ring = OwnThread::ring_at(*header, Actor::kShape);
    if (script.entry.capability != 0) {
        ring.next() = script.entry;
        ring.add();
    }
    while (script.spins.load()) {
        sdk::runtime::submit(ring.added(), 0);
    }
    for (;;) {
        sdk::runtime::submit(ring.added(), script.waits_for);
        for (; ring.front() != nullptr; ring.pop()) {
            if (kind_of(*ring.front()) == ::abi::CompletionKind::Request) {
                script.token = ring.front()->reply;
            } else {
                script.status = ring.front()->status;
                ++script.results;
            }
        }
    }
}

} // namespace

Actor::Actor(Calls& calls) : calls_(calls), thread_(calls, kShape), channel_(calls, 0) {
    calls.call(thread_.ring(), method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
               ::abi::AttachArguments{.tag = kServerTag, .mask = 0, .flags = 0}, lend(channel_.server));
    thread_.create(perform, std::bit_cast<u64>(&script));
}

} // namespace tests::abi
