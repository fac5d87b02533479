/// A Memory in the own address space, for a while.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "async/task.hpp"
#include "libs/rpc/capability.hpp"
#include "protocols/objects/address_space.hpp"

namespace sdk::launch {

/// Dropped, it is unmapped.
class Mapping {
  public:
    using Space = rpc::Borrowed<protocols::objects::AddressSpace, abi::kRead | abi::kWrite | abi::kExecute>;
    using Shown = rpc::Borrowed<protocols::objects::Memory, abi::kRead | abi::kWrite>;

    /// The first `bytes` of it, whole pages, to be read.
    static async::Task<Mapping> make(Space space, Shown memory, base::u64 bytes);

    /// The same, to be written: there are frames for all of it. OverBudget: who pays for the Memory cannot.
    static async::Task<Mapping> make_writable(Space space, Shown memory, base::u64 bytes);

    Mapping(Mapping&& other) noexcept : space_(other.space_), bytes_(std::exchange(other.bytes_, {})) {}

    Mapping& operator=(Mapping&&) = delete;
    ~Mapping();

    [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

  private:
    Mapping(Space space, std::span<std::byte> bytes) : space_(space), bytes_(bytes) {}

    Space space_;
    std::span<std::byte> bytes_;
};

} // namespace sdk::launch
