#include "async/pool_job.hpp"

#include "async/promise.hpp"

namespace async {

void PoolJob::destroy_root(Frame root) {
    if (!is_abroad()) {
        root.destroy();
        return;
    }
    FrameSlab courier(home_.slab().source());
    {
        const FrameSlab::Use use(courier);
        root.destroy();
    }
    home_.slab().take_back(courier);
}

void PoolJob::release() {
    FrameSlab& home = home_.slab();
    const bool is_abroad = this->is_abroad();
    std::destroy_at(this);
    if (!is_abroad) {
        home.release(this, sizeof(PoolJob));
        return;
    }
    FrameSlab courier(home.source());
    courier.release(this, sizeof(PoolJob));
    home.take_back(courier);
}

} // namespace async
