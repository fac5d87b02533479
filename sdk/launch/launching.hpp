/// A program while it is being launched.
#pragma once

#include "libs/elf/image.hpp"
#include "sdk/launch/launch.hpp"
#include "sdk/launch/plan_image.hpp"

namespace sdk::launch {

/// One step after the other; dropped before it has started, its Budget goes with all that it pays for.
class Launching {
  public:
    using Memory = Child::Memory;

    /// Makes its Budget and its empty process, and draws where it is to stand.
    static async::Task<Launching> begin(Program self, Options options);

    /// Its code and data, where they are to stand. Returns its first instruction.
    async::Task<base::u64> load();

    /// Stack, heap, ring and the pages that it begins with, and what it holds.
    async::Task<> furnish(std::span<const Gift> gifts);

    /// Its thread runs. The program is the caller's from then on.
    async::Task<Child> start(base::u64 entry);

  private:
    using Space = rpc::Capability<protocols::objects::AddressSpace, abi::kAllPermissions>;

    Launching(Program self, Options options, Child child, Space space)
        : self_(self), options_(options), child_(std::move(child)), space_(std::move(space)) {}

    async::Task<base::u64> fill_own(ImagePlan plan, elf::Image image, base::u64 window);
    async::Task<> map_part(Part part, base::u64 window);
    async::Task<Memory> create_memory(base::u64 bytes);
    async::Task<base::u64> map_new(Memory& memory, base::u64 bytes);
    async::Task<abi::Handle> install(abi::Handle handle, abi::Permissions permissions, abi::SlotMode mode);
    async::Task<> write_block(std::span<const Gift> gifts);
    base::u64 take(base::u64 bytes);
    [[nodiscard]] rpc::Borrowed<protocols::objects::Memory, abi::kRead | abi::kWrite> own_memory() const;
    [[nodiscard]] rpc::Borrowed<protocols::objects::Ring, abi::kAllPermissions> ring() const;

    Program self_;
    Options options_;
    Child child_;
    Space space_;
    std::optional<Memory> own_; ///< what of the program is its own
    base::u64 next_ = 0;        ///< where the next mapping goes
    base::u64 stack_end_ = 0;
    base::u64 clock_ = 0;
    base::u64 block_ = 0;
    std::optional<rpc::Capability<protocols::objects::Ring, abi::kAllPermissions>> ring_;
    base::u64 ring_address_ = 0;
    runtime::StartBlock start_{};
};

} // namespace sdk::launch
