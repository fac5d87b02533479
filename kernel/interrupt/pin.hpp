/// A pin of an I/O APIC in the hands of its owner.
#pragma once

#include <optional>
#include <utility>

#include "kernel/interrupt/io_apic.hpp"
#include "kernel/interrupt/source.hpp"

namespace kernel::interrupt {

/// What the tables say of a pin.
struct PinInfo {
    base::u32 gsi = 0;
    std::optional<base::u8> isa; ///< the ISA interrupt that it is
    apic::PinMode mode;
};

/// Claimed by IoApics::claim(); given back, closed, when it goes. Its Line must be gone before.
class Pin final : public Source {
  public:
    Pin(IoApic& controller, base::u32 pin, PinInfo info) : controller_(&controller), pin_(pin), info_(info) {}

    Pin(Pin&& other) noexcept
        : controller_(std::exchange(other.controller_, nullptr)), pin_(other.pin_), info_(other.info_) {}

    Pin& operator=(Pin&&) = delete;

    ~Pin() { give_back(); }

    /// The pin is closed and may be claimed by others. Its Line is detached, and asks nothing of it any more.
    void give_back() {
        if (controller_ != nullptr) {
            std::exchange(controller_, nullptr)->release(pin_);
        }
    }

    /// Nobody gives it back any more: it stays as it is.
    void keep_for_ever() { controller_ = nullptr; }

    [[nodiscard]] const PinInfo& info() const { return info_; }

    void print(base::TextSink& sink) const override;

    [[nodiscard]] bool is_level() const override { return info_.mode.is_level; }

    base::Result<void> route(apic::Target target) override;

    void set_open(bool is_open) override { controller_->set_masked(pin_, !is_open); }

  private:
    IoApic* controller_;
    base::u32 pin_;
    PinInfo info_;
};

} // namespace kernel::interrupt
