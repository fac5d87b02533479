/// The program's side of a ring, for tests.
#pragma once

#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "libs/ring/queues.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the places of a ring's parts in memory of its size.

namespace ring {

/// A ring with both of its sides.
class FakeProgram {
  public:
    explicit FakeProgram(const Shape& shape)
        : shape_(shape), lines_((shape.bytes().value() + sizeof(Line) - 1) / sizeof(Line)),
          hidden_(shape.hidden().value() / sizeof(base::u64)),
          queues(std::as_writable_bytes(std::span(lines_)), shape, std::as_writable_bytes(std::span(hidden_))) {}

    abi::RingHeader& header() { return *place<abi::RingHeader>(0); }

    abi::Submission& submission(base::u32 position) {
        return *place<abi::Submission>(sizeof(abi::RingHeader) +
                                       position % shape_.submissions * sizeof(abi::Submission));
    }

    abi::Completion& completion(base::u32 position) {
        return *place<abi::Completion>(sizeof(abi::RingHeader) + shape_.submissions * sizeof(abi::Submission) +
                                       position % shape_.completions * sizeof(abi::Completion));
    }

    void submit(base::u64 tag) {
        auto& tail = header().submission_tail.position;
        submission(tail).tag = tag;
        ++tail;
    }

    /// The tag of the next completion that was not read, which is read then; 0: there is none.
    base::u64 read() {
        auto& head = header().completion_head.position;
        return head == header().completion_tail.position ? 0 : completion(head++).tag;
    }

    /// The next submission, consumed by the kernel; there is one, and a place for its result.
    const abi::Submission& take() {
        ASSERT(queues.take_some(1) == 1, "nothing can be taken");
        const abi::Submission& entry = queues.taken(0);
        queues.keep(1);
        return entry;
    }

  private:
    struct alignas(64) Line {
        std::array<std::byte, 64> bytes;
    };

    template <class T>
    T* place(base::usize offset) {
        return reinterpret_cast<T*>(std::as_writable_bytes(std::span(lines_)).subspan(offset).data());
    }

    Shape shape_;
    std::vector<Line> lines_;
    std::vector<base::u64> hidden_;

  public:
    Queues queues;
};

} // namespace ring

#pragma clang unsafe_buffer_usage end
