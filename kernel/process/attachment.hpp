/// That a source is attached to a ring, by somebody's authority.
#pragma once

#include "kernel/process/use.hpp"

namespace kernel::process {

class Source;

/// Part of its source, whose lock it is under besides that of the tree.
class Attachment final : public Use {
  public:
    explicit Attachment(Source& source) : source_(source) {}

    /// It is part of its object, which stays as long as it is known there.
    bool hold() override { return true; }

    void release() override {}

  private:
    void end(base::Error why) override;

    Source& source_;
};

} // namespace kernel::process
