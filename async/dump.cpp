#include "async/dump.hpp"

#include "async/promise.hpp"
#include "base/address.hpp"
#include "base/format.hpp"

namespace async {

namespace {

/// Every compiler's frame begins with it.
base::u64 resume_function(Frame frame) { return base::address_of(*static_cast<void* const*>(frame.address())); }

/// The first Job below `job`, else the next one beside it or beside one above it, within `top`.
Job* next_job(Nursery& top, Job& job) {
    if (Nursery* const inner = job.leaf() == nullptr ? nullptr : job.leaf()->nursery(); inner != nullptr) {
        if (Job* const first = inner->jobs().front(); first != nullptr) {
            return first;
        }
    }
    for (Job* at = &job;; at = &at->nursery()->job()) {
        if (Job* const next = at->nursery()->jobs().next(*at); next != nullptr || at->nursery() == &top) {
            return next;
        }
    }
}

} // namespace

void dump(Job& job, base::TextSink& sink) {
    const Leaf* const leaf = job.leaf();
    base::print(sink, "job {}: {}{}, at", job.number(), leaf == nullptr ? "ready" : "waits for ",
                leaf == nullptr ? std::string_view() : leaf->name());
    for (Frame frame = job.at(); frame != nullptr; frame = frame.promise().await->parent()) {
        base::print(sink, " {:#x}", resume_function(frame));
    }
    base::print(sink, "\n");
}

void dump_all(Nursery& nursery, base::TextSink& sink) {
    for (Job* job = nursery.jobs().front(); job != nullptr; job = next_job(nursery, *job)) {
        dump(*job, sink);
    }
}

} // namespace async
