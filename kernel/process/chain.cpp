#include "kernel/process/chain.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/process_objects.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

using abi::SubmissionFlag;
using base::Error;
using base::u16;
using base::u32;
using base::u64;

Chain::Chain(Ring& ring)
    : LongWork(&Chain::run_slice), Message(&Chain::arrive), ring_(base::RefPtr<Ring>::share(ring)),
      home_(processor::this_processor().index()) {
    ring.add_chain(*this);
}

void Chain::add(const abi::Submission& entry) { ring::copy_entry(entries_.at(count_++), entry); }

void Chain::start() {
    for (u32 steps = 0; steps < abi::kLongestChain; ++steps) {
        if (step()) {
            return;
        }
    }
    processor::this_processor().threads.add(*this);
}

bool Chain::run_slice(LongWork& work) {
    auto& self = static_cast<Chain&>(work);
    self.take_result();
    return self.step();
}

void Chain::note_result(u16 status) {
    status_ = status;
    if (meeting_.arrive()) {
        static_cast<void>(core::kernel().processors.at(home_).post(*this));
    }
}

void Chain::arrive(mailbox::Message& message) { processor::this_processor().threads.add(static_cast<Chain&>(message)); }

void Chain::take_result() {
    if (std::exchange(has_begun_, false) && status_ != 0) {
        cut({});
    }
}

bool Chain::step() {
    if (next_ == count_) {
        end();
        return true;
    }
    const auto request = ring::Request::read(entries_.at(next_));
    if (continuation_.is_begun()) {
        continuation_.prepare(request.capability, request.method());
    }
    Answer answer;
    const auto progress = begin_next(request, answer);
    if (!progress) {
        finish(request, static_cast<u16>(progress.error()), answer.explains() ? answer : Answer{});
    } else if (*progress == Progress::Done) {
        finish(request, 0, answer);
    } else if (*progress == Progress::Later) {
        return !has_come_already();
    } else if (is_late(request)) {
        finish(request, static_cast<u16>(Error::TimedOut), {});
    }
    return false;
}

base::Result<Progress> Chain::begin_next(const ring::Request& request, Answer& answer) {
    Submitter submitter{.process = ring_->process(), .ring = *ring_, .continuation = continuation_, .chain = this};
    is_asking_ = true;
    const auto progress = invoke_apart(submitter, request, entries_.at(next_), answer);
    is_asking_ = false;
    submitter.hand_over.wake_last();
    return progress;
}

bool Chain::has_come_already() {
    continuation_.reset();
    ++next_;
    has_begun_ = true;
    const bool has_come = meeting_.arrive();
    if (has_come) {
        take_result();
    }
    return has_come;
}

void Chain::finish(const ring::Request& request, u16 status, const Answer& answer) {
    continuation_.reset();
    ++next_;
    ring_->complete(request.tag, request.has(SubmissionFlag::Quiet), status, answer);
    if (status != 0) {
        cut({});
    }
}

u64 Chain::cut(std::optional<u64> tag) {
    u32 first = next_ + (is_asking_ ? 1 : 0);
    while (tag && first < count_ && entries_.at(first).tag != *tag) {
        ++first;
    }
    u64 found = 0;
    for (u32 index = first; index < count_; ++index) {
        found += tag && entries_.at(index).tag == *tag ? 1 : 0;
        ring_->complete(entries_.at(index).tag, false, static_cast<u16>(Error::Cancelled), {});
    }
    count_ = first;
    return found;
}

void Chain::end() {
    ring_->remove_chain(*this);
    process_objects().chains.destroy(*this);
}

} // namespace kernel::process
