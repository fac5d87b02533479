#include "kernel/process/channel_pager.hpp"

#include "abi/arguments.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::Result;
using base::u64;

void ChannelPager::request(object::Memory& memory, u64 page, memory_object::Want want) {
    const auto made = process_objects().page_requests.make(memory.budget(), memory, page);
    if (!made) {
        memory.refuse(page, 1, made.error());
        return;
    }
    if (const auto sent = (*made)->send(*this, want); !sent) {
        process_objects().page_requests.destroy(**made);
        memory.refuse(page, 1, sent.error());
    }
}

bool ChannelPager::is_served_in(const object::AddressSpace& space) const { return channel_->is_served_in(space); }

void ChannelPager::end() { process_objects().pagers.destroy(*this); }

Result<void> ChannelPager::Request::send(const ChannelPager& pager, memory_object::Want want) {
    const bool is_write = want == memory_object::Want::Write;
    call_ = TRY(process_objects().calls.allocate(memory_->budget()));
    const abi::PageRequest asked{.offset = base::Pages{page_}.bytes().value(),
                                 .bytes = base::kPageSize,
                                 .access = abi::kMapRead | (is_write ? abi::kMapWrite : 0)};
    HandOver hand_over;
    const auto sent =
        pager.channel_->send_from_kernel(*call_, *this, pager.badge_, abi::KernelRequest::Page, asked, hand_over);
    hand_over.wake_last();
    if (!sent) {
        process_objects().calls.release(*std::exchange(call_, nullptr), memory_->budget());
    }
    return sent;
}

bool ChannelPager::Request::finish(processor::LongWork& work) {
    auto& self = static_cast<Request&>(work);
    // A pager that says that it supplied the page, and did not, is waited for until whoever waits has lost patience.
    if (self.status() != 0) {
        self.memory_->refuse(self.page_, 1, error_of(self.status()));
    }
    self.end();
    return true;
}

void ChannelPager::Request::end() {
    process_objects().calls.release(*call_, memory_->budget());
    process_objects().page_requests.destroy(*this);
}

} // namespace kernel::process
