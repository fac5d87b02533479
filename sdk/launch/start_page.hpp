/// The start block of a program, written.
#pragma once

#include <span>
#include <string_view>

#include "async/error.hpp"
#include "sdk/launch/gift.hpp"
#include "sdk/runtime/start_block.hpp"

namespace sdk::launch {

inline constexpr base::usize kStartPageBytes = 4096;

/// A capability as the program has it.
struct Installed {
    const Gift* gift;
    abi::Handle handle; ///< in the program
};

/// Writes block, names and texts to `page`, of kStartPageBytes zeros. OutOfRange: there is not so much room.
async::Result<void> write_start_page(std::span<std::byte> page, runtime::StartBlock block,
                                     std::span<const Installed> names, std::span<const std::string_view> arguments,
                                     std::span<const std::string_view> environment);

} // namespace sdk::launch
