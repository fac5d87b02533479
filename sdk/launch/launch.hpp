/// Starting programs: init, the device manager, the shell and tests do it so.
///
///     Child child = co_await launch(program, {.image = image, .memory = 8 << 20}, {gifts});
///     const ExitReport report = co_await child.wait();
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "async/task.hpp"
#include "protocols/objects/budget.hpp"
#include "sdk/launch/child.hpp"
#include "sdk/launch/gift.hpp"
#include "sdk/program/program.hpp"

namespace sdk::launch {

/// A program's ELF file, mapped into the launcher's address space.
struct ImageFile {
    rpc::Borrowed<protocols::objects::Memory, abi::kRead | abi::kExecute> memory;
    base::u64 offset; ///< of the file in it; whole pages
    std::span<const std::byte> bytes;
};

/// What it gets of the processors.
struct Scheduling {
    abi::ProcessorLimits processors{};                ///< a share of 0: its threads count among the launcher's
    abi::ProcessorQuota real_time{};                  ///< reserved for its threads of real time, if there are any
    std::optional<abi::SchedulingArguments> thread{}; ///< of its first one; nothing: interactive, a weight of 1024
    std::optional<abi::AffinityMask> affinity{};      ///< of its first one; nothing: all processors
};

struct Options {
    ImageFile image;
    abi::BudgetLimits limits{.memory_bytes = abi::kNoLimit, .capabilities = abi::kNoLimit, .threads = abi::kNoLimit};
    Scheduling scheduling{};
    std::span<const std::string_view> arguments{}; ///< they and `environment` last until the program has started
    std::span<const std::string_view> environment{};
    base::u64 heap_bytes = 16 << 20; ///< address space; memory is taken as it is used
    base::u64 stack_bytes = 64 << 10;
    bool may_write_debug = false;
    abi::Handle component{}; ///< a server's end with Delegate, moved if it starts: where the launcher calls
                             ///< protocols::Component
};

/// Why a program cannot be started.
struct Refusal {
    async::Error error;
    std::string_view what; ///< the need that is not met; empty: something else is wrong. Part of the image
};

/// The needs of an image beside what it would be given. NotFound: one is missing; AccessDenied: too few permissions;
/// WrongType: something else has its name; Corrupt, Unsupported: no program for this system.
std::optional<Refusal> check_image(std::span<const std::byte> image, std::span<const Gift> gifts);

/// Runs a program in a Budget of its own below that of `self`, with `gifts` and nothing else. Errors as check_image(),
/// before anything was made; OverBudget, also of real time that is not to be had, NoMemory, InvalidArgument; then
/// nothing of it is left.
async::Task<Child> launch(Program self, Options options, std::span<const Gift> gifts);

} // namespace sdk::launch
