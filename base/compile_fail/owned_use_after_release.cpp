// expect-error: invalid invocation of method .* while it is in the 'consumed' state
#include "base/owned.hpp"

struct Forget {
    void operator()(int&) const {}
};

int use_after_release(int& value) {
    base::Owned<int, Forget> owned(value);
    return owned.release() + *owned;
}
