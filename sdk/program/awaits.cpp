#include "sdk/program/awaits.hpp"

#include <functional>

#include "async/executor.hpp"
#include "async/promise.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: what is read lies in memory that is mapped; what it says is not trusted.

namespace sdk {

using base::u64;
using base::usize;

namespace {

/// What a frame begins with: two functions, then our promise.
constexpr usize kFrameBytes = 2 * sizeof(u64) + sizeof(async::Promise);

bool lies_in(std::span<const std::byte> range, const void* start, usize bytes) {
    const auto* const first = static_cast<const std::byte*>(start);
    const std::less_equal<> is_not_behind;
    return bytes <= range.size() && is_not_behind(range.data(), first) &&
           is_not_behind(first, range.data() + (range.size() - bytes));
}

bool is_readable(const Ranges& ranges, const void* start, usize bytes) {
    return reinterpret_cast<u64>(start) % sizeof(u64) == 0 &&
           (lies_in(ranges.heap, start, bytes) || lies_in(ranges.stack, start, bytes));
}

/// A frame of this thread's executor; null: `word` names none.
async::Frame frame_at(const Ranges& ranges, u64 word) {
    auto* const address = reinterpret_cast<void*>(word);
    if (!is_readable(ranges, address, kFrameBytes)) {
        return nullptr;
    }
    const auto frame = async::Frame::from_address(address);
    const async::Job* const job = frame.promise().job;
    const bool is_one = is_readable(ranges, job, sizeof(async::Job)) && is_readable(ranges, frame.promise().await, 8) &&
                        &job->executor() == &async::Executor::current();
    return is_one ? frame : async::Frame();
}

} // namespace

void tell_awaits(const Ranges& ranges, std::array<u64, runtime::PanicPage::kAddresses>& awaits) {
    const std::span words(reinterpret_cast<const u64*>(ranges.stack.data()), ranges.stack.size() / sizeof(u64));
    async::Frame frame = nullptr;
    for (usize i = 0; i < words.size() && frame == nullptr; ++i) {
        frame = frame_at(ranges, words[i]);
    }
    for (u64& place : awaits) {
        if (frame == nullptr) {
            return;
        }
        place = *static_cast<const u64*>(frame.address());
        frame = frame_at(ranges, reinterpret_cast<u64>(frame.promise().await->parent().address()));
    }
}

} // namespace sdk

#pragma clang unsafe_buffer_usage end
