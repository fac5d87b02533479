/// What the libraries of memory objects and address spaces ask of the kernel, for the length of one operation.
///
///     Environment e(object_budget, space);
///     const auto answer = e.retried([&] { return locked and decided…; });
#pragma once

#include <optional>

#include "base/result.hpp"
#include "kernel/object/frame_list.hpp"
#include "kernel/object/mapping_use.hpp"
#include "kernel/object/purse.hpp"
#include "kernel/object/space_tables.hpp"
#include "libs/address_space/address_space.hpp"
#include "libs/frame/topology.hpp"
#include "libs/memory_object/memory_object.hpp"
#include "libs/page_table/gather.hpp"

namespace kernel::object {

class AddressSpace;
class Environment;
class Memory;

using MemoryNode = memory_object::Node;
using Region = address_space::Region<Environment>;

/// One operation: who pays, what must be flushed, and what is freed afterwards. Satisfies address_space::Environment.
/// Its user ends it by handing `changes` and `frames` to the address space, or, where nothing was mapped, by letting
/// it die.
class Environment {
  public:
    using Object = Memory;
    using Use = MappingUse;

    /// Of a memory object, which pays.
    explicit Environment(Memory& memory);

    /// Of one that is to be made, for which `budget` pays.
    explicit Environment(budget::Budget& budget, frame::Policy policy = {});

    /// Of an address space; the object that a fault is about pays for its own pages.
    explicit Environment(AddressSpace& space);

    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    ~Environment() {
        // Whatever was mapped has handed them over.
        if (!frames.is_empty()) [[unlikely]] {
            frames.free_all();
        }
    }

    /// Runs operation(), which takes and leaves locks and changes nothing when it fails, until its budgets had enough
    /// at hand. Without locks.
    template <class Operation>
    auto retried(Operation operation) -> decltype(operation()) {
        for (bool is_first = true;; is_first = false) {
            auto result = operation();
            if (result || result.error() != base::Error::NoMemory || !lacks()) [[likely]] {
                return result;
            }
            TRY(refill(is_first));
        }
    }

    /// From here on `object` pays for frames and nodes. Before its lock is taken.
    void charge_to(Memory& object);

    [[nodiscard]] Memory& object() const { return *object_; }

    /// How often those who waited for that object had been answered then.
    [[nodiscard]] base::u64 answers_seen() const { return answers_seen_; }

    // memory_object::FrameSource.
    base::Result<memory_object::Frame> allocate_frame(memory_object::Contents contents);
    base::Result<memory_object::Frame> allocate_block(base::u8 order, memory_object::Contents contents);
    void release_block(memory_object::Frame frame, base::u8 order);
    void share_frame(memory_object::Frame frame);
    void release_frame(memory_object::Frame frame);
    bool is_frame_shared(memory_object::Frame frame);
    memory_object::FrameBytes bytes(memory_object::Frame frame);
    void copy_frame(memory_object::Frame to, memory_object::Frame from);
    memory_object::Frame zero_frame();

    // memory_object::NodeSource.
    base::Result<MemoryNode*> allocate_node(base::u8 level);
    void release_node(MemoryNode& node);

    // address_space::RegionSource.
    base::Result<Region*> allocate_region();
    void release_region(Region& region);

    // address_space::PageTables.
    base::Result<void> map_page(base::VirtualAddress start, const address_space::PageEntry& entry);
    base::Result<void> map_block(base::VirtualAddress start, const address_space::PageEntry& entry);
    base::Result<void> make_borders(base::VirtualAddress start, base::Bytes size);
    base::Bytes clear(base::VirtualAddress start, base::Bytes size);
    base::Bytes clear_around(base::VirtualAddress start, base::Bytes size);
    base::Bytes restrict(base::VirtualAddress start, base::Bytes size, address_space::Access access);
    base::Bytes protect_from_writing(base::VirtualAddress start, base::Bytes size);

    // address_space::AgeingEnvironment.
    template <class Visit>
    base::Bytes harvest(base::VirtualAddress start, base::Bytes size, Visit visit) {
        const auto done =
            mapper().survey(start, size, changes, kSlice, [&](base::VirtualAddress at, page_table::Entry entry, int) {
                visit(at, entry.address(), entry.is_accessed());
            });
        return done.value_or(size);
    }

    base::u8 generation(memory_object::Frame frame);
    void set_generation(memory_object::Frame frame, base::u8 generation);

    /// Frames of which set_generation() has changed what it was.
    [[nodiscard]] base::u64 aged() const { return aged_; }

    page_table::Gather changes; ///< what must be flushed
    FrameList frames;           ///< what may be freed then

  private:
    /// Entries that one slice looks at: with all that is done for each, below 20,000 instructions.
    static constexpr base::usize kSlice = 256;

    [[nodiscard]] bool lacks() const { return (memory_ && memory_->lacks()) || (space_ && space_->lacks()); }

    /// There are those that its constructor made.
    Purse& memory_purse() {
        ASSERT(memory_.has_value(), "nobody pays for memory");
        return *memory_;
    }

    Purse& space_purse() {
        ASSERT(space_.has_value(), "nobody pays for tables");
        return *space_;
    }

    SpaceTables& tables() {
        ASSERT(tables_.has_value(), "there is no address space");
        return *tables_;
    }

    /// `is_first`: what was missing before was for something else.
    base::Result<void> refill(bool is_first);
    [[nodiscard]] SpaceMapper mapper();
    [[nodiscard]] frame::Request request(base::u8 order = 0);

    AddressSpace* address_space_ = nullptr;
    Memory* object_ = nullptr;
    base::u64 answers_seen_ = 0;
    base::u64 aged_ = 0;
    frame::Policy policy_{};      ///< of tables, and of objects that leave it open
    std::optional<Purse> memory_; ///< pays for frames and nodes
    std::optional<Purse> space_;  ///< pays for tables and regions
    std::optional<SpaceTables> tables_;
};

} // namespace kernel::object
