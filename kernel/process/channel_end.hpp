/// One side of a channel.
#pragma once

#include "kernel/process/object.hpp"
#include "kernel/process/source.hpp"

namespace kernel::process {

class Channel;

/// What capabilities to one side name. It closes when there is none any more.
class ChannelEnd final : public Object, public Source {
  public:
    ChannelEnd(abi::ObjectKind kind, Channel& channel);

    [[nodiscard]] Channel& channel() const { return channel_; }

    bool deliver(Ring& ring, HandOver& hand_over) override;
    void detach_from(Ring& ring) override;
    void end_attachment(HandOver& hand_over) override;

  private:
    friend class Channel;
    friend class FastPath;

    Channel& channel_;
    // Guarded by the channel's lock.
    Ring* ring_ = nullptr; ///< where it is attached
    base::u64 tag_ = 0;
    bool is_open_ = true;
    bool was_told_ = false;     ///< that the other end closed
    bool is_detaching_ = false; ///< its last notice is to come
    bool takes_paged_ = false;  ///< its calls may lend paged memory to be mapped or pinned
};

} // namespace kernel::process
