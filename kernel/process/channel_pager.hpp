/// A server that supplies the pages of a Memory.
#pragma once

#include "base/ref_ptr.hpp"
#include "kernel/object/memory.hpp"
#include "kernel/process/lent_end.hpp"

namespace kernel::process {

/// Asks for each page by a call through a channel. It belongs to one Memory, with which it ends. When the capability
/// ends by which the channel was lent, those who wait for pages get PeerClosed, then and later.
class ChannelPager final : public object::PageSource, public LentEnd {
  public:
    /// Requests have `badge`.
    ChannelPager(base::RefPtr<Channel> channel, base::u64 badge) : LentEnd(std::move(channel), badge) {}

    /// It supplies `memory` from now on.
    void serve(object::Memory& memory);

    void request(object::Memory& memory, base::u64 page, memory_object::Want want) override;

    [[nodiscard]] bool is_served_in(const object::AddressSpace& space) const override {
        return LentEnd::is_served_in(space);
    }

    void note_memory_gone() override;

    /// One page that was asked for, until the server has answered. Charged to the Memory's budget.
    class Request final : public KernelCaller {
      public:
        Request(ChannelPager& pager, object::Memory& memory, base::u64 page)
            : KernelCaller(&Request::finish), pager_(pager), memory_(base::RefPtr<object::Memory>::share(memory)),
              page_(page) {}

        /// Asks the pager. NoMemory, OverBudget, PeerClosed; else it ends itself.
        base::Result<void> send(memory_object::Want want);

      private:
        static bool finish(processor::LongWork& work);
        void end();

        ChannelPager& pager_; ///< as long as its Memory
        base::RefPtr<object::Memory> memory_;
        base::u64 page_;
    };

  private:
    void note_over() override;
    void give_back() override;

    object::Memory* memory_ = nullptr; ///< under the lock; null: it is gone
};

} // namespace kernel::process
