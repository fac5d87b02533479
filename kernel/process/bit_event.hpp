/// An event that programs signal.
#pragma once

#include "kernel/process/event.hpp"

namespace kernel::process {

/// What capabilities of kind Event name.
class BitEvent final : public Event {
  public:
    BitEvent() : Event(abi::ObjectKind::Event, &BitEvent::end, &BitEvent::close_object) {}

  private:
    static void end(Object& object);

    static void close_object(Object& object) { static_cast<BitEvent&>(object).close(); }
};

} // namespace kernel::process
