/// What a busy processor asks one with less to do.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>

#include "base/types.hpp"
#include "kernel/thread/placement.hpp"
#include "libs/mailbox/mailbox.hpp"
#include "libs/scheduler/balance.hpp"

namespace kernel::thread {

/// To exchange threads. The heavier processor's; on the way to one processor at a time. That one sends back what is too
/// much and answers with the weight that it is to have. If nobody has that weight any more when the answer comes, the
/// heavier one is heavier still, and asks anew.
class BalanceRequest : public mailbox::Message {
  public:
    explicit BalanceRequest(base::u32 heavier) : Message(&BalanceRequest::run), heavier_(heavier) {}

    [[nodiscard]] bool is_out() const { return is_out_.load(std::memory_order_acquire); }

    /// Whether `lighter` has nothing for it, while the loads are what they were and nobody became ready at either.
    [[nodiscard]] bool is_refused_by(const Placement::Lightest& lighter) const;

    /// Offers one of `weights` to `lighter`. While it is not out.
    void send(const Placement::Lightest& lighter, std::span<const base::u64> weights);

  private:
    /// Those that run are not looked at: mostly another one does at the next time.
    static constexpr int kMostRefusals = 8;

    /// As long as it is the same, so is the answer.
    struct Question {
        base::u32 lighter = 0;
        base::u64 difference = 0;
        base::u32 arrivals = 0; ///< at both

        bool operator==(const Question&) const = default;
    };

    [[nodiscard]] Question question_to(const Placement::Lightest& lighter) const;

    static void run(mailbox::Message& message);
    void ask();

    void end() { is_out_.store(false, std::memory_order_release); }

    base::u32 heavier_;
    Question question_;
    int refusals_ = 0; ///< of this question
    std::array<base::u64, scheduler::Candidates::kMost> weights_{};
    base::usize count_ = 0;
    std::optional<base::u64> wanted_; ///< what the lighter one answered
    std::atomic<bool> is_out_{false};
};

} // namespace kernel::thread
