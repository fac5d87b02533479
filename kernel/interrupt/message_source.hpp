/// A device that interrupts by writing to memory: MSI and MSI-X.
#pragma once

#include <string_view>

#include "kernel/interrupt/source.hpp"

namespace kernel::interrupt {

/// Works out what the device must write; who knows the device tells it.
class MessageSource final : public Source {
  public:
    /// Tells the device: whether it may send, and what. Called at each change, with interrupts off, under the line's
    /// lock. May be null: then someone else reads message(), and the kernel cannot silence the device.
    using Program = void (*)(void* context, const apic::Message& message, bool is_open);

    /// `name` stands in the log and must outlive this, for example "pci 00:04.0 message 0".
    explicit MessageSource(std::string_view name, Program program = nullptr, void* context = nullptr)
        : name_(name), program_(program), context_(context) {}

    /// What the device must write; address 0 before its line is attached.
    [[nodiscard]] const apic::Message& message() const { return message_; }

    void print(base::TextSink& sink) const override { base::print(sink, "{}", name_); }

    [[nodiscard]] bool is_level() const override { return false; }

    base::Result<void> route(apic::Target target) override {
        message_ = TRY(apic::encode_message(target));
        set_open(false);
        return {};
    }

    void set_open(bool is_open) override {
        if (program_ != nullptr) {
            program_(context_, message_, is_open);
        }
    }

  private:
    std::string_view name_;
    Program program_;
    void* context_;
    apic::Message message_;
};

} // namespace kernel::interrupt
