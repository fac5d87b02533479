#include "kernel/process/channel_pager.hpp"

#include "abi/arguments.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Error;
using base::RefPtr;
using base::Result;
using base::u64;
using object::Memory;

void ChannelPager::serve(Memory& memory) {
    locked([&] { memory_ = &memory; });
}

void ChannelPager::request(Memory& memory, u64 page, memory_object::Want want) {
    const auto made = process_objects().page_requests.make(memory.budget(), *this, memory, page);
    if (!made) {
        memory.refuse(page, 1, made.error());
        return;
    }
    if (const auto sent = (*made)->send(want); !sent) {
        process_objects().page_requests.destroy(**made);
        memory.refuse(page, 1, sent.error());
    }
}

void ChannelPager::note_over() {
    RefPtr<Memory> memory;
    locked([&] { memory = memory_ == nullptr ? nullptr : RefPtr<Memory>::share_if_alive(*memory_); });
    // Also those whose pager said that their page is there, and it is not.
    if (memory) {
        memory->refuse(0, ~u64{0}, Error::PeerClosed);
    }
}

void ChannelPager::note_memory_gone() {
    locked([this] { memory_ = nullptr; });
    drop_reference();
}

void ChannelPager::give_back() { process_objects().pagers.destroy(*this); }

Result<void> ChannelPager::Request::send(memory_object::Want want) {
    const bool is_write = want == memory_object::Want::Write;
    TRY(prepare(memory_->budget()));
    const abi::PageRequest asked{.offset = base::Pages{page_}.bytes().value(),
                                 .bytes = base::kPageSize,
                                 .access = abi::kMapRead | (is_write ? abi::kMapWrite : 0)};
    HandOver hand_over;
    const auto sent = pager_.send(*this, abi::KernelRequest::Page, asked, hand_over);
    hand_over.wake_last();
    if (!sent) {
        release_call(memory_->budget());
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
    pager_.forget(*this);
    release_call(memory_->budget());
    process_objects().page_requests.destroy(*this);
}

} // namespace kernel::process
