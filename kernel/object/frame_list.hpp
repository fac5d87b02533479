/// What nobody owns any more, but translation caches may still lead to.
#pragma once

#include "base/assert.hpp"
#include "base/units.hpp"
#include "libs/address_space/region.hpp"
#include "libs/frame/record.hpp"

namespace kernel::object {

/// Frames, and regions, each of which keeps what it showed: the last of those who hold a memory object gives its frames
/// back at once. Linked through their records: any number, nothing allocated. Each frame is used and held once.
class FrameList {
  public:
    FrameList() = default;
    FrameList(const FrameList&) = delete;
    FrameList& operator=(const FrameList&) = delete;

    /// They were freed, or are lost.
    ~FrameList() { ASSERT(is_empty(), "a list dies with frames in it"); }

    [[nodiscard]] bool is_empty() const { return !has_frames() && !has_regions(); }

    [[nodiscard]] bool has_regions() const { return !regions_.empty(); }

    void push(base::PhysicalAddress frame);

    /// It is in no address space any more.
    void push(address_space::RegionRecord& region);

    /// Moves all of `other` here.
    void take_all(FrameList& other);

    /// Gives each back, to the machine and to the budget that paid for it. With regions, without locks.
    void free_all();

  private:
    void free_regions();

    [[nodiscard]] bool has_frames() const { return first_ != frame::kNone; }

    frame::Number first_ = frame::kNone;
    frame::Number last_ = frame::kNone;
    base::IntrusiveList<address_space::RegionRecord, address_space::OfEnvironment> regions_;
};

} // namespace kernel::object
