/// What happens at a moment.
#pragma once

#include "libs/timer_wheel/timer_wheel.hpp"

namespace async {

/// Armed through its executor, which calls ring() once. Must not die armed.
class Alarm : public timer_wheel::Timer {
  public:
    /// On the executor's thread; resumes nothing inside.
    virtual void ring() = 0;

  protected:
    ~Alarm() = default;
};

} // namespace async
