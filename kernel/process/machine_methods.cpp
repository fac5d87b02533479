#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/platform/power.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using base::Result;

Result<Progress> power_off(const Invocation& call, Answer&) {
    LOG_INFO("process {} switches the machine off", call.process.id());
    platform::power_off(core::kernel().platform, core::kernel().space);
    return base::Error::Unsupported;
}

Result<Progress> reset(const Invocation& call, Answer&) {
    LOG_INFO("process {} resets the machine", call.process.id());
    platform::reset(core::kernel().platform, core::kernel().space);
    return base::Error::Unsupported;
}

Result<Progress> tell_wall_time(const Invocation&, Answer& answer) {
    answer.give(std::array{core::kernel().clock.wall_time().value()});
    return Progress::Done;
}

} // namespace kernel::process
