#include "kernel/testing/user_code.hpp"

#include <cstddef>

#include "base/address.hpp"

extern "C" {
extern const std::byte user_code_start[];
extern const std::byte user_read_clock_code[];
extern const std::byte user_watch_interrupt_code[];
extern const std::byte user_breakpoints_code[];
extern const std::byte user_count_code[];
extern const std::byte user_wait_code[];
extern const std::byte user_wait_plainly_code[];
extern const std::byte user_touch_code[];
extern const std::byte user_write_pages_code[];
extern const std::byte user_keep_code[];
extern const std::byte user_selectors_code[];
extern const std::byte user_invalid_code[];
extern const std::byte user_single_step_code[];
extern const std::byte user_divide_code[];
extern const std::byte user_null_code[];
extern const std::byte user_write_code_code[];
extern const std::byte user_jump_nowhere_code[];
extern const std::byte user_read_kernel_code[];
extern const std::byte user_overflow_code[];
extern const std::byte user_call_code[];
}

namespace kernel::testing {

namespace {

const std::byte* code_of(UserRoutine routine) {
    switch (routine) {
    case UserRoutine::ReadClock: return user_read_clock_code;
    case UserRoutine::WatchInterrupt: return user_watch_interrupt_code;
    case UserRoutine::Breakpoints: return user_breakpoints_code;
    case UserRoutine::Count: return user_count_code;
    case UserRoutine::Wait: return user_wait_code;
    case UserRoutine::WaitPlainly: return user_wait_plainly_code;
    case UserRoutine::Touch: return user_touch_code;
    case UserRoutine::WritePages: return user_write_pages_code;
    case UserRoutine::Keep: return user_keep_code;
    case UserRoutine::Selectors: return user_selectors_code;
    case UserRoutine::Invalid: return user_invalid_code;
    case UserRoutine::SingleStep: return user_single_step_code;
    case UserRoutine::Divide: return user_divide_code;
    case UserRoutine::Null: return user_null_code;
    case UserRoutine::WriteCode: return user_write_code_code;
    case UserRoutine::JumpNowhere: return user_jump_nowhere_code;
    case UserRoutine::ReadKernel: return user_read_kernel_code;
    case UserRoutine::OverflowStack: return user_overflow_code;
    case UserRoutine::Call: return user_call_code;
    }
    return nullptr;
}

} // namespace

base::u64 offset_of(UserRoutine routine) { return base::address_of(code_of(routine)) - user_code_address(); }

base::u64 user_code_address() { return base::address_of(user_code_start); }

} // namespace kernel::testing
