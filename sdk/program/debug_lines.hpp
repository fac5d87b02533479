/// The kernel's log, for who holds Debug.
#pragma once

#include <string_view>

#include "protocols/objects/debug.hpp"
#include "sdk/program/program.hpp"

namespace sdk {

/// `text` as lines of the kernel's log, each cut where it is longer than an entry's payload.
void write_lines(rpc::Borrowed<protocols::objects::Debug, abi::kWrite> debug, std::string_view text);

} // namespace sdk
