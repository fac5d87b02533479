#include "kernel/thread/thread.hpp"

#include <new>

#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::thread {

using base::Bytes;
using base::PhysicalAddress;
using base::Result;
using base::u32;
using base::u64;

namespace {

constexpr Bytes kPage{base::kPageSize};
constexpr base::usize kVectorAlignment = 64;
constexpr base::usize kVectorOffset = (sizeof(Thread) + kVectorAlignment - 1) / kVectorAlignment * kVectorAlignment;

/// Parameters in one word, which is not 0.
constexpr u64 kIsThere = u64{1} << 63;
constexpr u32 kPriorityShift = 3;
constexpr u32 kWeightShift = 10;
constexpr u32 kSliceShift = 27;
static_assert(scheduler::kHighestPriority < 1U << (kWeightShift - kPriorityShift) &&
              scheduler::kHighestWeight < 1U << (kSliceShift - kWeightShift));

constexpr u64 pack(const scheduler::Parameters& parameters) {
    return kIsThere | parameters.slice.value() << kSliceShift | u64{parameters.weight} << kWeightShift |
           u64{parameters.priority} << kPriorityShift | static_cast<u64>(parameters.of);
}

constexpr scheduler::Parameters unpack(u64 word) {
    const auto bits = [word](u32 from, u32 to) { return word >> from & ((u64{1} << (to - from)) - 1); };
    return {.of = static_cast<scheduler::Class>(bits(0, kPriorityShift)),
            .priority = static_cast<base::u8>(bits(kPriorityShift, kWeightShift)),
            .weight = static_cast<u32>(bits(kWeightShift, kSliceShift)),
            .slice = base::Nanoseconds{(word & ~kIsThere) >> kSliceShift}};
}

} // namespace

Thread::Thread(UserSpace& space, processor::Processor& home, std::span<std::byte> vectors, PhysicalAddress frame)
    : Runner(scheduler::Parameters::interactive()), context_(vectors), space_(space),
      id_(core::kernel().last_object_id.fetch_add(1) + 1), place_(place_of(ThreadState::Parked, home.index())),
      own_standing_(own().rank(), 0), standing_(own_standing_), frame_(frame), message_(*this) {
    cpu_set::CpuSet affinity;
    affinity.add(home.index());
    set_affinity(affinity);
}

processor::Processor& Thread::home() const { return core::kernel().processors.at(home_index()); }

std::optional<scheduler::Parameters> Thread::take_wanted_parameters() {
    const u64 word = wanted_parameters_.exchange(0, std::memory_order_acquire);
    return word == 0 ? std::nullopt : std::optional{unpack(word)};
}

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

void Thread::set_group(Group* group) {
    group_ = group;
    join_group();
    note_own_standing();
    standing_ = own_standing_;
}

bool Thread::take_over() {
    const u32 here = processor::this_processor().index();
    u32 place = place_.load(std::memory_order_acquire);
    // What it was asked for goes on where it was asked.
    const bool may = state_of(place) == ThreadState::Parked && affinity().contains(here) && !own().is_queued() &&
                     context_.attention.load(std::memory_order_acquire) == 0;
    // Where it may run can have changed before it came.
    return may &&
           place_.compare_exchange_strong(place, place_of(ThreadState::Parked, here), std::memory_order_acq_rel) &&
           affinity().contains(here);
}

void Thread::Message::arrive(mailbox::Message& message) {
    Thread& thread = static_cast<Message&>(message).thread;
    const bool is_wake = thread.wake_is_posted_.exchange(false, std::memory_order_acq_rel);
    // It may have moved since: then this goes after it.
    thread.knock(is_wake ? Knock::Wake : Knock::Attention);
    thread.knocks_.fetch_sub(1, std::memory_order_release);
}

void Thread::knock(Knock why) {
    processor::Processor& here = processor::this_processor();
    if (home_index() == here.index()) {
        here.threads.arrive(*this, why == Knock::Wake);
        return;
    }
    if (why == Knock::Wake) {
        wake_is_posted_.store(true, std::memory_order_relaxed);
    }
    post_home();
}

void Thread::post_home() {
    knocks_.fetch_add(1, std::memory_order_relaxed);
    if (!home().post(message_)) {
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

void change(Thread& thread, const scheduler::Parameters& parameters) {
    thread.wanted_parameters_.store(pack(parameters), std::memory_order_release);
    thread.context_.attention.fetch_or(Thread::kChangeRequested, std::memory_order_release);
    thread.knock(Thread::Knock::Attention);
}

/// By a message even where it is at home: whoever calls holds a lock.
void inherit(Thread& thread, scheduler::Rank rank) {
    thread.wanted_boost_.store(rank.value(), std::memory_order_relaxed);
    thread.context_.attention.fetch_or(Thread::kChangeRequested, std::memory_order_release);
    thread.post_home();
}

void move(Thread& thread, const cpu_set::CpuSet& affinity) {
    thread.wanted_affinity_.store(affinity, std::memory_order_relaxed);
    thread.is_move_wanted_.store(true, std::memory_order_release);
    thread.context_.attention.fetch_or(Thread::kChangeRequested, std::memory_order_release);
    thread.knock(Thread::Knock::Attention);
}

} // namespace kernel::thread
