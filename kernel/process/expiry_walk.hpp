/// A subtree whose time becomes shorter.
#pragma once

#include <optional>

#include "base/units.hpp"
#include "kernel/process/object.hpp"
#include "kernel/processor/long_work.hpp"
#include "libs/capability/subtree_walk.hpp"

namespace kernel::process {

/// Goes through all that was derived from one capability and obtained through it, in slices, whatever becomes of who
/// asked. Its object counts it as a use that ends.
class ExpiryWalk final : processor::LongWork {
  public:
    /// For who allocates it, from ProcessObjects.
    ExpiryWalk(Object& object, base::Nanoseconds expiry)
        : LongWork(&ExpiryWalk::run_slice), object_(object), expiry_(expiry) {}

    /// Begins below `top`, a live capability to its object whose tree nobody walks through, and then destroys itself.
    /// False: it is not such a one, and nothing was begun.
    [[nodiscard]] bool begin(capability::Slot& top);

  private:
    static bool run_slice(LongWork& work);
    bool run();
    void visit(capability::Node& node);
    void shorten(capability::Slot& slot) const;

    static constexpr base::usize kMostUses = 16;

    Object& object_;
    base::Nanoseconds expiry_;
    std::optional<capability::SubtreeWalk> walk_;
    std::array<Use*, kMostUses> uses_{}; ///< of the slice
    base::usize use_count_ = 0;
};

} // namespace kernel::process
