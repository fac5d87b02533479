/// What capabilities of the kernel stand for.
#pragma once

#include <atomic>

#include "base/guarded.hpp"
#include "base/intrusive_list.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/process/use.hpp"
#include "libs/capability/slot.hpp"
#include "libs/capability/target.hpp"

namespace kernel::process {

class BudgetObject;

/// Base of everything that a capability can name. It is closed when no capability names it any more; it lives until
/// also nothing is left that was obtained through one, and then until no processor can have found it any more.
class Object : public capability::Target,
               public base::ListLink<class Retirement>,
               public base::ListLink<class ObjectsOfBudget> {
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

    /// What became of it when something left its tree.
    struct Left {
        bool is_closed = false; ///< no capability is left, and one was
        bool is_unused = false; ///< nothing is left
        bool lets_go = false;   ///< what is left does not keep it, and is to be let go
    };

    // Under the lock.

    /// A capability to it was put into its tree.
    void note_capability() { ++capabilities_; }

    /// `slot` leaves the tree and is dead.
    Left end_capability(capability::Slot& slot);

    /// `use` leaves the tree, and is not counted.
    void remove_from_tree(Use& use);

    /// `use`, which was held, leaves the tree: it is counted until note_ended().
    void take_use(Use& use);

    /// `use` leaves the tree, if it is there, because it ended by itself.
    Left drop_use(Use& use);

    /// All that was in the tree was taken out of it: what is due if nobody else sees it.
    Left look_again() { return {.is_unused = capabilities_ == 0 && has_become_unused()}; }

    /// `use`, which does not keep it, leaves the tree, and ends by itself. It is held; null: it is ending even now.
    Use* let_go(Use& use);

    /// Some of what does not keep it leaves the tree, when nothing names it. What it came to: lets_go if there is more.
    /// With no lock held.
    Left let_some_go();

    /// Something more is to be followed by note_ended().
    void note_ending() { ++ending_; }

    [[nodiscard]] bool has_ending() const { return ending_ != 0; }

    // With no lock of higher rank held.

    enum class Added : base::u8 {
        Yes,        ///< it hangs below `parent`
        IsEnding,   ///< `parent` was revoked: it is counted as one that was taken
        NobodyWaits ///< the same, and nobody waits for its end: it is not counted
    };

    /// `use` of what is in force already is to hang below `parent`; if it does not, its maker ends it before the
    /// processor leaves the kernel, for until then a revocation is not over.
    [[nodiscard]] Added add_use(capability::Slot& parent, Use& use);

    /// The same as drop_use(), and what follows from it. False: it was not there.
    bool remove_use(Use& use);

    /// Ends `use`, which was held, unless somebody does already: its time is over.
    void end_use(Use& use);

    /// A use that was taken has ended.
    void note_ended();

  protected:
    /// Nobody pays for it any more.
    ~Object();

  private:
    friend class BudgetObject;
    friend class Retirement;

    /// Whether it has just become so that nothing is left: once.
    [[nodiscard]] bool has_become_unused();

    /// The tree is Target's.
    struct Tree {};

    base::u64 id_;
    End end_;
    End closed_;
    base::u64 retired_at_ = 0;      ///< epoch
    base::u32 capabilities_ = 0;    ///< in the tree
    base::u32 ending_ = 0;          ///< uses that were taken out of it and are not over
    base::u32 loose_ = 0;           ///< uses in the tree that do not keep it
    bool is_letting_go_ = false;    ///< of them
    bool was_used_ = true;          ///< something is left, or was until now
    bool is_told_to_end_ = false;   ///< with its budget, whose lock guards this
    BudgetObject* payer_ = nullptr; ///< that can end it; null: none
    base::Guarded<Tree, core::KernelLock, core::kCapabilityTreeLock> tree_;
};

/// Objects that no capability names any more, until their grace period is over.
class Retirement {
  public:
    /// What left the tree of `object` is followed by its end, as far as that is due. With no lock of higher rank held;
    /// closing takes any.
    void follow(Object& object, Object::Left left) {
        if (left.is_closed) {
            object.close();
        }
        if (left.is_unused || left.lets_go) {
            put_back(object);
        }
    }

    /// `object` is not used any more, or could not end yet, or lets go: it is asked later.
    void put_back(Object& object);

    /// Whether anything waits.
    [[nodiscard]] bool has_work() const { return is_used_.load(std::memory_order_relaxed); }

    /// Ends those whose time has come, at most a few: there is a bound to what one call does. With no lock held. False:
    /// there was none.
    bool end_some() { return has_work() && end_waiting(); }

  private:
    using List = base::IntrusiveList<Object, Retirement>;

    bool end_waiting();

    std::atomic<bool> is_used_{false}; ///< whether anything waits: what most calls look at
    base::Guarded<List, core::KernelLock, core::kRetirementLock> waiting_;
};

} // namespace kernel::process
