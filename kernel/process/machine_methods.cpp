#include <algorithm>

#include "abi/device_arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/platform/power.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using base::Error;
using base::Nanoseconds;
using base::Result;
using base::u64;
using base::u8;

Result<Progress> power_off(const Invocation& call, Answer&) {
    LOG_INFO("process {} switches the machine off", call.process.id());
    platform::power_off(core::kernel().platform, core::kernel().space);
    return Error::Unsupported;
}

Result<Progress> reset(const Invocation& call, Answer&) {
    LOG_INFO("process {} resets the machine", call.process.id());
    platform::reset(core::kernel().platform, core::kernel().space);
    return Error::Unsupported;
}

Result<Progress> tell_wall_time(const Invocation&, Answer& answer) {
    answer.give(std::array{core::kernel().clock.wall_time().value()});
    return Progress::Done;
}

Result<Progress> tell_clock(const Invocation&, Answer& answer) {
    const time::Clock& clock = core::kernel().clock;
    abi::ClockView view{.now = clock.now().value(),
                        .since_1970 = clock.wall_time().value(),
                        .hertz = clock.hertz(),
                        .needs_kernel = clock.needs_kernel() ? 1U : 0U,
                        .name = {}};
    const std::string_view name = clock.source().substr(0, view.name.size());
    std::ranges::transform(name, view.name.begin(), [](char letter) { return static_cast<u8>(letter); });
    answer.give(view);
    return Progress::Done;
}

Result<Progress> set_wall_time(const Invocation& call, Answer&) {
    const auto [since_1970] = call.arguments<std::array<u64, 1>>();
    core::kernel().clock.set_wall_time(Nanoseconds{since_1970});
    LOG_INFO("process {} sets the wall clock", call.process.id());
    return Progress::Done;
}

Result<Progress> add_entropy(const Invocation& call, Answer&) {
    if (call.request.length() == 0) {
        return Error::InvalidArgument;
    }
    const auto words = call.payload_words<abi::kPayloadBytes / sizeof(u64)>();
    core::kernel().random.add(std::as_bytes(std::span(words)).first(call.request.length()));
    return Progress::Done;
}

} // namespace kernel::process
