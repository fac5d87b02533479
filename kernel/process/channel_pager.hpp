/// A server that supplies the pages of a Memory.
#pragma once

#include "base/ref_ptr.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/process/channel.hpp"
#include "kernel/process/kernel_caller.hpp"

namespace kernel::process {

/// Asks for each page by a call through a channel. It belongs to one Memory, with which it ends.
class ChannelPager final : public object::PageSource {
  public:
    /// Requests have `badge`.
    ChannelPager(base::RefPtr<Channel> channel, base::u64 badge) : channel_(std::move(channel)), badge_(badge) {}

    void request(object::Memory& memory, base::u64 page, memory_object::Want want) override;

    [[nodiscard]] bool is_served_in(const object::AddressSpace& space) const override;

    void end() override;

    /// One page that was asked for, until the server has answered. Charged to the Memory's budget.
    class Request final : public KernelCaller {
      public:
        Request(object::Memory& memory, base::u64 page)
            : KernelCaller(&Request::finish), memory_(base::RefPtr<object::Memory>::share(memory)), page_(page) {}

        /// Asks `pager`. NoMemory, OverBudget, PeerClosed; else it ends itself.
        base::Result<void> send(const ChannelPager& pager, memory_object::Want want);

      private:
        static bool finish(processor::LongWork& work);
        void end();

        base::RefPtr<object::Memory> memory_;
        base::u64 page_;
        Call* call_ = nullptr;
    };

  private:
    base::RefPtr<Channel> channel_;
    base::u64 badge_;
};

} // namespace kernel::process
