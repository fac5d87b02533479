#include "kernel/interrupt/pin.hpp"

namespace kernel::interrupt {

void Pin::print(base::TextSink& sink) const {
    base::print(sink, "gsi {}", info_.gsi);
    if (info_.isa) {
        base::print(sink, " (isa {})", *info_.isa);
    }
}

base::Result<void> Pin::route(apic::Target target) {
    controller_->write(pin_, TRY(apic::encode_pin(info_.mode, target)));
    return {};
}

} // namespace kernel::interrupt
