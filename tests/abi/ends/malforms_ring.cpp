// Claims to have submitted more than the ring holds.
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/start.hpp"

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    header->submission_tail.position += block->ring_submissions + 1;
    sdk::runtime::submit(1, 0);
    sdk::runtime::exit(0);
}
