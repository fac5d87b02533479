// From the first instruction to the program's Job, and its end.
#include "sdk/runtime/start.hpp"

#include <array>

#include "async/error.hpp"
#include "async/pool.hpp"
#include "sdk/memory/program_heap.hpp"
#include "sdk/program/awaits.hpp"
#include "sdk/program/describe.hpp"
#include "sdk/program/first_block.hpp"
#include "sdk/program/thread_storage.hpp"
#include "sdk/ring/ring_driver.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/panic.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the start block and the heap are where the launcher says.

namespace sdk {

using base::u64;

namespace {

/// userspace: exit codes.
constexpr u64 kFailed = 1;
constexpr u64 kCouldNotStart = 125;
constexpr u64 kCapabilityMissing = 126;

[[noreturn]] void refuse(u64 code, std::string_view why, std::string_view what) {
    runtime::debug_write(why);
    runtime::debug_write(what);
    runtime::debug_write("\n");
    runtime::exit(code);
}

void start_heap(const runtime::StartBlock& block, ring::RingDriver& driver) {
    const std::span room(reinterpret_cast<std::byte*>(block.heap), block.heap_bytes);
    memory::program_heap().start(room);
    // The first program has its start block before it, in the same Memory.
    const u64 skipped = &block.own == reinterpret_cast<const abi::RootBlock*>(block.heap - 4096) ? 4096 : 0;
    driver.set_lendable(
        {.memory = abi::Handle(block.heap_memory), .bytes = {room.data() - skipped, room.size() + skipped}});
}

/// By hand: what prints numbers of all kinds would be a fifteenth of a small program.
void tell_error(async::Error error) {
    std::array<char, 5> digits{};
    base::usize first = digits.size();
    for (base::u16 left = error.code(); left != 0 && first != 0; left /= 10) {
        digits.at(--first) = static_cast<char>('0' + left % 10);
    }
    runtime::debug_write(error.domain() == async::Error::kAbi ? "ended with error " : "ended with failure ");
    runtime::debug_write(std::string_view(digits.data(), digits.size()).substr(first));
    runtime::debug_write("\n");
}

/// The exit code.
u64 run_program(const Program& program) {
    async::Pool pool(async::Pool::Mode::PerCore);
    async::Executor executor(ring::RingDriver::current(), memory::program_heap());
    pool.add(executor);
    const async::Result<int> result = pool.run(executor, tessera_program.begin, program);
    if (!result) {
        tell_error(result.error());
        return kFailed;
    }
    return static_cast<u64>(*result);
}

void tell_awaits_of(const runtime::StartBlock& block, std::array<u64, runtime::PanicPage::kAddresses>& awaits) {
    const auto* const used = static_cast<const std::byte*>(__builtin_frame_address(0));
    tell_awaits({.heap = {reinterpret_cast<const std::byte*>(block.heap), block.heap_bytes},
                 .stack = {used, reinterpret_cast<const std::byte*>(block.stack_end)}},
                awaits);
}

[[noreturn]] void start_program_in(const runtime::StartBlock& block, abi::Handle component) {
    if (block.panic_page != 0) {
        runtime::set_panic_page(*reinterpret_cast<runtime::PanicPage*>(block.panic_page), block, tell_awaits_of);
    }
    const auto names = runtime::bytes_of(block).subspan(block.names.offset);
    const Program program(block, Names({reinterpret_cast<const runtime::NameRecord*>(names.data()), block.names.count}),
                          component);
    if (const std::string_view missing = tessera_program.missing(program.names()); !missing.empty()) {
        refuse(kCapabilityMissing, "a capability is missing: ", missing);
    }
    runtime::exit(run_program(program));
}

} // namespace

} // namespace sdk

void start_program(base::u64, base::u64 ring, base::u64 component, const abi::RootBlock* root, abi::RingHeader* header,
                   const void* clock) {
    const bool is_first = root->magic == abi::RootBlock::kMagic;
    const auto& given = *reinterpret_cast<const sdk::runtime::StartBlock*>(root);
    sdk::ring::RingDriver driver(
        {.ring = sdk::runtime::ProgramRing(*header, *root),
         .window = root->ring_window,
         .handle = abi::Handle(ring),
         .clock = *static_cast<const timekeeping::ClockPage*>(clock),
         .seed = is_first ? std::array<base::u64, 4>{root->random[0], root->random[1], 0, 0} : given.seed});
    const sdk::runtime::StartBlock* const block = is_first ? sdk::make_first_block(*root, driver) : &given;
    if (block == nullptr) {
        sdk::refuse(sdk::kCouldNotStart, "there is no memory for a heap", "");
    }
    sdk::start_heap(*block, driver);
    if (!sdk::make_thread_storage()) {
        sdk::refuse(sdk::kCouldNotStart, "there is no memory for thread-local variables", "");
    }
    const sdk::ring::RingDriver::Use use(driver);
    sdk::start_program_in(*block, abi::Handle(component));
}

#pragma clang unsafe_buffer_usage end
