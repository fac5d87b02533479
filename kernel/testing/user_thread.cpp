#include "kernel/testing/user_thread.hpp"

#include "base/address.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_map.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/processor/processor.hpp"

extern "C" {
extern const std::byte user_thread_start[];
extern const std::byte user_read_clock_code[];
extern const std::byte user_watch_interrupt_code[];
base::u64 enter_user_thread(base::u64 entry, base::u64 stack, base::u64 argument, base::u64 count,
                            base::u64* kernel_stack);
[[noreturn]] void leave_user_thread(base::u64 kernel_stack, base::u64 result);
}

namespace kernel::testing {

using base::Bytes;
using base::PhysicalAddress;
using base::Result;
using base::u64;
using base::VirtualAddress;
using page_table::Access;
using page_table::Owner;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr VirtualAddress kCode{0x400000};
constexpr VirtualAddress kStack{0x500000};
constexpr VirtualAddress kClock{0x600000};

/// For the frames between run() and the iretq.
constexpr u64 kTrapRoom = 1024;

constinit UserResult result{};
constinit u64 kernel_stack = 0;

void end_run(Arch::Frame& frame) {
    result = {frame.vector, frame.rax, frame.rbx};
    processor::this_processor().on_user_exception = nullptr;
    leave_user_thread(kernel_stack, 0);
}

u64 entry_of(UserRoutine routine) {
    const std::byte* const code = routine == UserRoutine::ReadClock ? user_read_clock_code : user_watch_interrupt_code;
    return kCode.value() + (base::address_of(code) - base::address_of(user_thread_start));
}

} // namespace

Result<UserThread> UserThread::create() {
    core::Kernel& kernel = core::kernel();
    memory::KernelTables tables(kernel.frames);
    memory::KernelMapper mapper(tables, Arch::current_tables(), 0);
    const auto code = TRY(memory::look_up(VirtualAddress{base::address_of(user_thread_start)}));
    const PhysicalAddress stack = TRY(kernel.frames.allocate_zeroed());
    TRY(mapper.map(kCode, code.physical, kPage, Access::ReadExecute, Owner::User));
    TRY(mapper.map(kStack, stack, kPage, Access::ReadWrite, Owner::User));
    TRY(mapper.map(kClock, kernel.clock.page_frame(), kPage, Access::Read, Owner::User));
    return UserThread();
}

UserThread::~UserThread() {
    if (owns_) {
        core::Kernel& kernel = core::kernel();
        memory::KernelTables tables(kernel.frames);
        memory::KernelMapper mapper(tables, Arch::current_tables(), 0);
        const auto stack = mapper.translate(kStack);
        static_cast<void>(mapper.unmap(kCode, (kClock + kPage) - kCode));
        Arch::enter_kernel_tables(Arch::current_tables());
        if (stack) {
            kernel.frames.free(stack->address);
        }
    }
}

UserResult UserThread::run(UserRoutine routine, u64 count) const {
    processor::this_processor().on_user_exception = end_run;
    // A trap from user mode begins at the stack's top, where this very function's frames are: it must begin below them.
    const Arch::TrapStack trap_stack(base::address_of(__builtin_frame_address(0)) - kTrapRoom);
    enter_user_thread(entry_of(routine), (kStack + kPage).value(), kClock.value(), count, &kernel_stack);
    return result;
}

} // namespace kernel::testing
