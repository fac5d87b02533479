#include "async/promise.hpp"

#include "async/nursery.hpp"

namespace async {

std::coroutine_handle<> propagate(Frame frame, Error error) {
    Nursery::Next next{frame, error};
    while (next.error.is_error()) {
        Await& await = *next.frame.promise().await;
        Job& job = *next.frame.promise().job;
        if (await.parent() == nullptr) {
            job.destroy_root(next.frame);
            await.set_error(next.error);
            next = job.nursery()->end(job, next.error);
            continue;
        }
        if (await.wants() != Wants::ResultFromChild) {
            next.frame.destroy();
        }
        if (await.wants() != Wants::Value) {
            await.set_error(next.error);
            return await.parent();
        }
        next.frame = await.parent();
    }
    return next.frame == nullptr ? std::coroutine_handle<>(std::noop_coroutine()) : next.frame;
}

std::coroutine_handle<> Promise::end_root(Frame frame) {
    Job& job = *frame.promise().job;
    Nursery& nursery = *job.nursery();
    if (nursery.hears_all()) [[unlikely]] {
        return nursery.end_heard(frame, job);
    }
    frame.destroy();
    return nursery.end_well(job);
}

} // namespace async
