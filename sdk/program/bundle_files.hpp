/// The boot bundle, for who holds the machine.
#pragma once

#include "libs/bundle/bundle.hpp"
#include "protocols/objects/machine.hpp"
#include "sdk/program/program.hpp"

namespace sdk {

/// Mapped into the own address space for as long as the program runs.
struct BundleFiles {
    rpc::Capability<protocols::objects::Memory, abi::kRead | abi::kExecute | abi::kGrant | abi::kDelegate> memory;
    base::u64 offset; ///< of the bundle in it
    bundle::Bundle files;

    /// Where a file lies in the Memory.
    [[nodiscard]] base::u64 offset_of(const bundle::File& file) const {
        return offset + static_cast<base::u64>(std::distance(files.bytes().data(), file.content.data()));
    }
};

/// NotFound: the machine was booted without one; Corrupt, Unsupported: it is none for this system.
async::Task<BundleFiles> open_bundle(Program self, rpc::Borrowed<protocols::objects::Machine, abi::kRead> machine);

} // namespace sdk
