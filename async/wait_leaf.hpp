/// A leaf that waits in a list of a primitive.
#pragma once

#include "async/executor.hpp"
#include "async/leaf_of.hpp"
#include "base/intrusive_list.hpp"

namespace async {

class WaitLeaf : public Leaf, public base::ListLink<class WaitLeaf> {
  public:
    using List = base::IntrusiveList<WaitLeaf, WaitLeaf>;

    /// It is in no list any more, and has what it waited for.
    void wake() { job().executor().wake(job()); }

    void wake(Error error) { job().executor().wake(job(), error); }

  protected:
    WaitLeaf() = default;
    ~WaitLeaf() = default;

    /// Of cancel(): out of the list that it waits in.
    void cancel_in(List& list, Error reason) {
        list.remove(*this);
        wake(reason);
    }
};

} // namespace async
