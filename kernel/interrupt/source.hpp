/// Where an interrupt comes from: a pin of an I/O APIC, or a device that sends a message.
#pragma once

#include "base/format.hpp"
#include "base/result.hpp"
#include "libs/apic/encode.hpp"

namespace kernel::interrupt {

/// Used by one Line, under its lock.
class Source {
  public:
    /// Its name in the log, for example "gsi 4 (isa 4)".
    virtual void print(base::TextSink& sink) const = 0;

    /// Whether it asks until its device is satisfied; otherwise each request comes once.
    [[nodiscard]] virtual bool is_level() const = 0;

    /// Sends to `target` from now on, and is closed. Unsupported if it cannot.
    virtual base::Result<void> route(apic::Target target) = 0;

    /// Lets requests through, or not. One that comes by edge while it is closed may be lost.
    virtual void set_open(bool is_open) = 0;

  protected:
    Source() = default;
    Source(const Source&) = default;
    Source& operator=(const Source&) = default;
    ~Source() = default;
};

} // namespace kernel::interrupt
