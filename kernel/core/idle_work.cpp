#include "kernel/core/end.hpp"
#include "kernel/core/first_work.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/log_line.hpp"
#include "kernel/process/first_program.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::core {

namespace {

/// Without a program the kernel waits, without using the processor, until someone ends the machine.
void start_program() {
    const std::optional<bundle::Bundle>& bundle = kernel().bundle;
    if (!bundle) {
        return;
    }
    const auto file = bundle->find(process::kFirstProgram);
    if (!file) {
        LOG_INFO("the bundle has no {}: nothing runs", process::kFirstProgram);
        return;
    }
    if (const auto started = process::start_first_program(*file); !started) {
        LOG_ERROR("cannot start {}: {}", process::kFirstProgram, abi::name(started.error()));
        end(ExitCode::Refused);
    }
}

} // namespace

void run_first_work() {
    constexpr base::u64 kZeroedFrames = 256;
    kernel().frames.want_zeroed(kZeroedFrames);
    constexpr base::u64 kFreePart = 16;
    kernel().frames.want_free(base::Pages::within(kernel().boot_info.memory.total_usable()) / kFreePart);
    start_program();
    for (;;) {
        processor::this_processor().threads.run_until([](void*) { return false; }, nullptr);
    }
}

} // namespace kernel::core
