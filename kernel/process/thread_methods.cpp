#include <array>

#include "abi/arguments.hpp"
#include "kernel/process/begin_operation.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/program_thread.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;
using Registers = Arch::GeneralRegisters;

namespace {

ProgramThread& thread_of(const Invocation& call) { return static_cast<ProgramThread&>(call.object()); }

constexpr base::usize kGroupSize = 7;
constexpr u64 Registers::* kNone = nullptr;

/// In the order of abi::ThreadRegisters.
constexpr std::array<std::array<u64 Registers::*, kGroupSize>, abi::kRegisterGroups> kGroups{{
    {&Registers::rax, &Registers::rbx, &Registers::rcx, &Registers::rdx, &Registers::rsi, &Registers::rdi,
     &Registers::rbp},
    {&Registers::r8, &Registers::r9, &Registers::r10, &Registers::r11, &Registers::r12, &Registers::r13,
     &Registers::r14},
    {&Registers::r15, &Registers::rsp, &Registers::rip, &Registers::rflags, &Registers::fs_base, &Registers::gs_base,
     kNone},
}};

} // namespace

Result<Progress> start_thread(const Invocation& call, Answer&) {
    TRY(thread_of(call).start());
    return Progress::Done;
}

Result<Progress> suspend_thread(const Invocation& call, Answer&) {
    return begin_wait(call, [&](Operation& operation) { return thread_of(call).suspend(operation); });
}

Result<Progress> resume_thread(const Invocation& call, Answer&) {
    TRY(thread_of(call).resume());
    return Progress::Done;
}

Result<Progress> read_thread_state(const Invocation& call, Answer& answer) {
    const auto [group] = call.arguments<std::array<u64, 1>>();
    if (group >= abi::kRegisterGroups) {
        return Error::InvalidArgument;
    }
    const Registers registers = TRY(thread_of(call).registers());
    abi::ThreadRegisters told{.group = group, .values = {}};
    for (base::usize index = 0; index < kGroupSize; ++index) {
        if (const auto member = kGroups.at(group).at(index); member != kNone) {
            told.values.at(index) = registers.*member;
        }
    }
    answer.give(told);
    return Progress::Done;
}

Result<Progress> write_thread_state(const Invocation& call, Answer&) {
    const auto wanted = call.arguments<abi::ThreadRegisters>();
    if (wanted.group >= abi::kRegisterGroups) {
        return Error::InvalidArgument;
    }
    TRY(thread_of(call).change_registers([&](Registers& registers) {
        for (base::usize index = 0; index < kGroupSize; ++index) {
            if (const auto member = kGroups.at(wanted.group).at(index); member != kNone) {
                registers.*member = wanted.values.at(index);
            }
        }
    }));
    return Progress::Done;
}

Result<Progress> kill_thread(const Invocation& call, Answer&) {
    thread_of(call).kill();
    return Progress::Done;
}

Result<Progress> wait_for_thread(const Invocation& call, Answer& answer) {
    Ending ending;
    const Progress progress =
        TRY(begin_wait(call, [&](Operation& operation) { return thread_of(call).wait(operation, ending); }));
    if (progress == Progress::Done) {
        answer = answer_of(ending);
    }
    return progress;
}

} // namespace kernel::process
