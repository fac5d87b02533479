// expect-error: call to implicitly-deleted copy constructor
#include "base/owned.hpp"

struct Forget {
    void operator()(int&) const {}
};

int copy(const base::Owned<int, Forget>& owned) {
    const base::Owned<int, Forget> second = owned;
    return *second;
}
