/// What capabilities of the kernel stand for.
#pragma once

#include <atomic>

#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "kernel/core/lock_class.hpp"
#include "libs/capability/target.hpp"

namespace kernel::process {

/// Base of everything that a capability can name. It lives as long as a capability to it does, and then until no
/// processor can have found it any more.
class Object : public capability::Target, public base::ListLink<class Retirement> {
  public:
    /// Called once, with no lock held.
    using End = void (*)(Object& object);

    /// `end` is called when no processor can have found it any more; `closed`, unless it is null, as soon as nothing
    /// names it.
    Object(abi::ObjectKind kind, End end, End closed = nullptr);

    /// The last capability to it is gone.
    void close() {
        if (closed_ != nullptr) {
            closed_(*this);
        }
    }

    /// Never reused. Names it in reports, gives no authority.
    [[nodiscard]] base::u64 id() const { return id_; }

    /// Runs body() with the lock of its tree held, under which capabilities to it are made and ended.
    template <class F>
    auto with_tree(F&& body) {
        return tree_.with([&](Tree&) { return body(); });
    }

  private:
    friend class Retirement;

    /// The tree is Target's.
    struct Tree {};

    base::u64 id_;
    End end_;
    End closed_;
    base::u64 retired_at_ = 0; ///< epoch
    base::Guarded<Tree, core::KernelLock, core::kCapabilityTreeLock> tree_;
};

/// Objects that no capability names any more, until their grace period is over.
class Retirement {
  public:
    /// `object` was taken out of sight: it is closed.
    void add(Object& object) {
        object.close();
        put_back(object);
    }

    /// `object` cannot end yet: it is asked again later.
    void put_back(Object& object);

    /// Ends those whose time has come, at most a few: there is a bound to what one call does. With no lock held. False:
    /// there was none.
    bool end_some() { return is_used_.load(std::memory_order_relaxed) && end_waiting(); }

  private:
    using List = base::IntrusiveList<Object, Retirement>;

    bool end_waiting();

    std::atomic<bool> is_used_{false}; ///< whether anything waits: what most calls look at
    base::Guarded<List, core::KernelLock, core::kRetirementLock> waiting_;
};

} // namespace kernel::process
