#include "async/sim/fake_device.hpp"

namespace async::sim {

void FakeDevice::Call::park() {
    done_ = device_.simulation_.now() + behaviour_.takes;
    ++device_.under_way_;
    device_.simulation_.arm(*this, behaviour_.takes);
}

void FakeDevice::Call::ask_to_cancel() {
    ++device_.asked_;
    if (device_.simulation_.now() + behaviour_.cancel_takes < done_) {
        behaviour_.error = abi::Error::Cancelled;
        device_.simulation_.arm(*this, behaviour_.cancel_takes);
    }
}

void FakeDevice::Call::ring() {
    --device_.under_way_;
    complete(behaviour_.error);
}

} // namespace async::sim
