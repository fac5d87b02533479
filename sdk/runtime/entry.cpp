// The first instruction of a program. It has no canary, for it sets it.
#include "sdk/runtime/canary.hpp"
#include "sdk/runtime/start.hpp"

extern "C" {

// NOLINTBEGIN(readability-identifier-naming): where the compiler looks for the canary

/// Never changed after the first instructions.
extern base::u64 __stack_chk_guard;
constinit base::u64 __stack_chk_guard = 0;

// NOLINTEND(readability-identifier-naming)

[[noreturn, gnu::no_stack_protector]] void enter_program(base::u64 process, base::u64 ring, base::u64 component,
                                                         const abi::RootBlock* block, abi::RingHeader* header,
                                                         const void* clock);

void enter_program(base::u64 process, base::u64 ring, base::u64 component, const abi::RootBlock* block,
                   abi::RingHeader* header, const void* clock) {
    if (block != nullptr) {
        __stack_chk_guard = sdk::runtime::canary_of(*block);
    }
    start_program(process, ring, component, block, header, clock);
}

} // extern "C"

base::u64 sdk::runtime::canary() { return __stack_chk_guard; }
