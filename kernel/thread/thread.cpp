#include "kernel/thread/thread.hpp"

#include <new>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

using base::Bytes;
using base::PhysicalAddress;
using base::Result;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr base::usize kVectorAlignment = 64;
constexpr base::usize kVectorOffset = (sizeof(Thread) + kVectorAlignment - 1) / kVectorAlignment * kVectorAlignment;

} // namespace

Thread::Thread(UserSpace& space, processor::Processor& home, std::span<std::byte> vectors, PhysicalAddress frame)
    : Runner(scheduler::Parameters::interactive()), context_(vectors), space_(space), home_(home),
      id_(core::kernel().last_object_id.fetch_add(1) + 1), frame_(frame), message_(*this) {}

Result<OwnedThread> Thread::create(UserSpace& space, processor::Processor& home, const Arch::UserEntry& entry,
                                   memory::FrameAllocator& frames) {
    if (Bytes{kVectorOffset} + Arch::vector_bytes() > kPage) {
        return base::Error::NoMemory;
    }
    const PhysicalAddress frame = TRY(frames.allocate_zeroed());
    const auto memory = Arch::physical_bytes(frame, kPage);
    const auto vectors = memory.subspan(kVectorOffset, Arch::vector_bytes().value());
    OwnedThread thread(*::new (memory.data()) Thread(space, home, vectors, frame), ReturnThread{&frames});
    TRY(thread->context_.set_entry(entry));
    return thread;
}

void ReturnThread::operator()(Thread& thread) const {
    ASSERT(thread.is_gone() || thread.state() == ThreadState::Parked, "a thread is destroyed that may still run");
    const PhysicalAddress frame = thread.frame_;
    thread.~Thread();
    frames->free(frame);
}

bool Thread::can_be_switched_to() const {
    return &home_ == &processor::this_processor() && state() == ThreadState::Parked;
}

void Thread::Message::arrive(mailbox::Message& message) {
    Thread& thread = static_cast<Message&>(message).thread;
    const bool is_wake = thread.wake_is_posted_.exchange(false, std::memory_order_acq_rel);
    thread.home_.threads.arrive(thread, is_wake);
    thread.knocks_.fetch_sub(1, std::memory_order_release);
}

void Thread::knock(Knock why) {
    if (&home_ == &processor::this_processor()) {
        home_.threads.arrive(*this, why == Knock::Wake);
        return;
    }
    if (why == Knock::Wake) {
        wake_is_posted_.store(true, std::memory_order_relaxed);
    }
    knocks_.fetch_add(1, std::memory_order_relaxed);
    if (!home_.post(message_)) {
        // It was posted already: its arrival will see what was written before this.
        knocks_.fetch_sub(1, std::memory_order_release);
    }
}

void PageFaultWait::resume(object::FaultWait& wait, base::Result<void> result) {
    auto& self = static_cast<PageFaultWait&>(wait);
    self.error_ = result ? std::nullopt : std::optional(result.error());
    wake(self.thread_);
    // Last: from here on the thread may be destroyed.
    self.over_.fetch_add(1, std::memory_order_release);
}

void wake(Thread& thread) { thread.knock(Thread::Knock::Wake); }

void request_end(Thread& thread) {
    thread.context_.attention.fetch_or(Thread::kEndRequested, std::memory_order_release);
    thread.knock(Thread::Knock::Attention);
}

void request_suspension(Thread& thread) {
    // Sequentially consistent, as in Dispatcher::arrive_suspended(): one of both sees what the other wrote.
    thread.context_.attention.fetch_or(Thread::kSuspensionRequested, std::memory_order_seq_cst);
    thread.knock(Thread::Knock::Attention);
}

void resume(Thread& thread) {
    thread.context_.attention.fetch_and(~Thread::kSuspensionRequested, std::memory_order_release);
    thread.knock(Thread::Knock::Attention);
}

} // namespace kernel::thread
