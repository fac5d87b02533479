// expect-error: invalid invocation of method .* while it is in the 'consumed' state
#include <utility>

#include "base/owned.hpp"

struct Forget {
    void operator()(int&) const {}
};

int use_after_move(int& value) {
    base::Owned<int, Forget> owned(value);
    const base::Owned<int, Forget> other = std::move(owned);
    return *owned + *other;
}
