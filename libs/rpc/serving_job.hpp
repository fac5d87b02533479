/// A method of a server that waits, while it does.
#pragma once

#include <memory>

#include "async/begin_job.hpp"
#include "async/nursery.hpp"
#include "async/task.hpp"
#include "libs/rpc/answer.hpp"

namespace rpc {

/// What all have: the call that is to be answered.
class AnsweringJob : public async::Job {
  public:
    [[nodiscard]] abi::Handle token() const { return token_; }

    /// Of the method's own errors.
    [[nodiscard]] u16 domain() const { return domain_; }

  protected:
    AnsweringJob(abi::Handle token, u16 domain) : token_(token), domain_(domain) {}

    ~AnsweringJob() = default;

  private:
    abi::Handle token_;
    u16 domain_;
};

/// How many methods of a connection wait at once. More would be memory that a client has its server hold, who need not
/// even wait for the answers.
inline constexpr usize kMostWaiting = 64;

/// Where the methods of a connection wait.
struct Serving {
    async::Nursery& nursery;
    usize waiting = 0; ///< at most kMostWaiting
};

/// A record in its worker's slab; answers when its root has ended, and is gone. `A`: what the method returns.
template <class A>
class ServingJob final : public AnsweringJob {
  public:
    /// Runs `task` as a Job of `serving`, which outlives it, until it waits first. NoMemory is its answer if there is
    /// no room, Busy if kMostWaiting of them wait already.
    static void run(async::Task<A> task, abi::Handle token, u16 domain, Serving& serving) {
        if (serving.waiting == kMostWaiting) [[unlikely]] {
            answer_error(token, abi::Error::Busy, domain);
            return;
        }
        void* const memory = task ? async::FrameSlab::current().allocate(sizeof(ServingJob)) : nullptr;
        if (memory == nullptr) [[unlikely]] {
            answer_error(token, abi::Error::NoMemory, domain);
            return;
        }
        auto* const job = std::construct_at(static_cast<ServingJob*>(memory), token, domain, serving);
        const async::Frame root = task.release();
        async::begin_job(*job, root, job->place_, serving.nursery.job().executor());
        serving.nursery.adopt(*job);
        root.resume();
    }

    ServingJob(abi::Handle token, u16 domain, Serving& serving) : AnsweringJob(token, domain), serving_(serving) {
        ++serving_.waiting;
    }

    void release() override {
        --serving_.waiting;
        if (place_.error().is_error()) [[unlikely]] {
            answer_error(token(), place_.error(), domain());
        } else {
            answer_value(token(), place_.take());
        }
        std::destroy_at(this);
        async::FrameSlab::current().release(this, sizeof(ServingJob));
    }

  private:
    Serving& serving_;
    async::AwaitOf<A> place_{async::Wants::Result};
};

} // namespace rpc
