/// What an idle processor asks a busy one.
#pragma once

#include <atomic>
#include <optional>

#include "base/types.hpp"
#include "libs/mailbox/mailbox.hpp"

namespace kernel::thread {

/// To be given one of the threads that wait there. The thief's; on the way to one processor at a time, which runs it.
class WorkRequest : public mailbox::Message {
  public:
    explicit WorkRequest(base::u32 thief) : Message(&WorkRequest::run), thief_(thief) {}

    [[nodiscard]] bool is_out() const { return is_out_.load(std::memory_order_acquire); }

    /// The processor that last had nobody to give, while nobody else became ready there.
    [[nodiscard]] std::optional<base::u32> refused_by() const;

    /// Sends it to processor `victim`. While it is not out.
    void send(base::u32 victim);

  private:
    static void run(mailbox::Message& message);

    base::u32 thief_;
    base::u32 victim_ = 0;
    base::u32 arrivals_ = 0; ///< of the victim, when it was asked
    bool was_refused_ = false;
    std::atomic<bool> is_out_{false};
};

} // namespace kernel::thread
