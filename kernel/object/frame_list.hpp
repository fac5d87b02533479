/// Frames that nobody owns any more, but that translation caches may still lead to.
#pragma once

#include "base/assert.hpp"
#include "base/units.hpp"
#include "libs/frame/record.hpp"

namespace kernel::object {

/// Linked through the frames' records: any number, nothing allocated. Each is used and held once.
class FrameList {
  public:
    FrameList() = default;
    FrameList(const FrameList&) = delete;
    FrameList& operator=(const FrameList&) = delete;

    /// They were freed, or are lost.
    ~FrameList() { ASSERT(is_empty(), "a list dies with frames in it"); }

    [[nodiscard]] bool is_empty() const { return first_ == frame::kNone; }

    void push(base::PhysicalAddress frame);

    /// Moves all of `other` here.
    void take_all(FrameList& other);

    /// Gives each back, to the machine and to the budget that paid for it.
    void free_all();

  private:
    frame::Number first_ = frame::kNone;
    frame::Number last_ = frame::kNone;
};

} // namespace kernel::object
