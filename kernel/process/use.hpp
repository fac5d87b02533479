/// Authority that lasts longer than an invocation.
#pragma once

#include "base/intrusive_tree.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/capability/node.hpp"

namespace kernel::process {

class Object;

/// Base of what was obtained through a capability and stays: a mapping, an attachment, a call that waits. It hangs in
/// the tree of its object below that capability or, when that was dropped, below the next one above; a revocation ends
/// it, and so does the time at which its capability expires. Its links are under the lock of the tree.
class Use : public capability::Node, public base::TreeLink<class ExpiringUses> {
  public:
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    /// Under the lock of the tree.
    [[nodiscard]] bool is_in_tree() const { return capability::Node::is_linked(); }

    /// When it ends by itself; kNever: not.
    [[nodiscard]] base::Nanoseconds expiry() const { return expiry_; }

    /// It stays until begin_end() or release() was called; others may hold it too. False: it is ending by itself. Under
    /// the lock of the tree, or of those that expire.
    [[nodiscard]] virtual bool hold() = 0;

    /// It was held, and was taken out of its tree by whoever calls, who has not left the kernel since: it ends, because
    /// its capability was Revoked or has Expired. With no lock held.
    void begin_end(base::Error why);

    /// It was held, and was not to be ended after all.
    virtual void release() = 0;

    [[nodiscard]] bool keeps_object() const { return keeps_object_; }

    /// Its object is ending, which it does not keep: it was taken out of the tree, and nothing ends it but itself.
    /// Under the lock of the tree; followed by forget().
    virtual void let_go() {}

    /// `let_go` was let go and held; null: nothing was. With no lock held.
    static void forget(Use* let_go);

  protected:
    /// Whether its object stays as long as it is there.
    enum class Keeps : bool { Nothing, Object };

    explicit Use(Keeps keeps) : keeps_object_(keeps == Keeps::Object) {}

    /// What begin_end() does, whatever happened meanwhile. When it has ended, Object::note_ended() is called.
    virtual void end(base::Error why) = 0;

    Use() = default;
    ~Use() = default;

    /// Whose tree it is in or was taken out of; null: nobody's.
    [[nodiscard]] Object* object() const { return object_; }

    /// It has ended, and its object knows.
    void tell_ended();

  private:
    friend class Expiries;
    friend class Object;

    Object* object_ = nullptr;
    base::Nanoseconds expiry_{0};
    const bool keeps_object_ = true;
};

} // namespace kernel::process
