/// Frames and nodes of the host, for tests: counted, poisoned when they are given back, and refused when told so.
#pragma once

#include <array>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#include "base/assert.hpp"
#include "libs/memory_object/resources.hpp"

namespace memory_object {

/// Frames are numbered from `kFirst` on. May be used from several threads.
class FakeResources {
  public:
    static constexpr base::u64 kFirst = 512;

    explicit FakeResources(base::usize frames = 1 << 16) : frames_(frames), next_(0) {}

    FakeResources(const FakeResources&) = delete;
    FakeResources& operator=(const FakeResources&) = delete;

    /// The n-th allocation from now on fails, counted from 0, and only that one.
    void fail_at(base::u64 number) { countdown_ = number; }

    void never_fail() { countdown_ = kNever; }

    /// Whether the failure that was asked for has happened.
    [[nodiscard]] bool has_failed() const { return countdown_ == kNever; }

    [[nodiscard]] base::u64 frames_in_use() const { return frames_in_use_; }

    [[nodiscard]] base::u64 nodes_in_use() const { return nodes_in_use_; }

    base::Result<Frame> allocate_frame(Contents contents) { return allocate_block(0, contents); }

    base::Result<Frame> allocate_block(base::u8 order, Contents contents) {
        const base::u64 count = base::u64{1} << order;
        if (is_refused()) {
            return base::Error::NoMemory;
        }
        const std::lock_guard guard(lock_);
        base::u64 first = 0;
        if (order == 0 && !free_.empty()) {
            first = free_.back();
            free_.pop_back();
        } else {
            next_ = (next_ + count - 1) & ~(count - 1);
            if (count > frames_.size() - next_) {
                return base::Error::NoMemory;
            }
            first = next_;
            next_ += count;
        }
        for (base::u64 i = first; i < first + count; ++i) {
            if (frames_[i] == nullptr) {
                frames_[i] = std::make_unique<Record>();
            }
            frames_[i]->owners = 1;
            frames_[i]->bytes.fill(contents == Contents::Zero ? std::byte{0} : std::byte{0xaa});
        }
        frames_in_use_ += count;
        return Frame{(first + kFirst) * base::kPageSize};
    }

    void release_block(Frame frame, base::u8 order) {
        for (base::u64 i = 0; i < base::u64{1} << order; ++i) {
            release_frame(frame + base::Bytes{i * base::kPageSize});
        }
    }

    void share_frame(Frame frame) { record(frame).owners.fetch_add(1, std::memory_order_relaxed); }

    void release_frame(Frame frame) {
        Record& last = record(frame);
        const base::u32 owners = last.owners.fetch_sub(1, std::memory_order_acq_rel);
        ASSERT(owners != 0, "a frame was released twice");
        if (owners == 1) {
            last.bytes.fill(std::byte{0xdd});
            --frames_in_use_;
            const std::lock_guard guard(lock_);
            free_.push_back(frame.value() / base::kPageSize - kFirst);
        }
    }

    bool is_frame_shared(Frame frame) { return record(frame).owners.load(std::memory_order_acquire) != 1; }

    FrameBytes bytes(Frame frame) {
        return frame == zero_frame() ? FrameBytes{zeroes_} : FrameBytes{record(frame).bytes};
    }

    void copy_frame(Frame to, Frame from) { std::ranges::copy(bytes(from), bytes(to).begin()); }

    Frame zero_frame() { return Frame{base::kPageSize}; }

    base::Result<Node*> allocate_node(base::u8 level) {
        if (is_refused()) {
            return base::Error::NoMemory;
        }
        ++nodes_in_use_;
        return new Node(level);
    }

    void release_node(Node& node) {
        --nodes_in_use_;
        delete &node;
    }

    /// Whether this allocation is the one that fails.
    bool is_refused() {
        if (countdown_ == kNever) {
            return false;
        }
        return countdown_-- == 0;
    }

  private:
    struct Record {
        std::atomic<base::u32> owners{1};
        std::array<std::byte, base::kPageSize> bytes;
    };

    static constexpr base::u64 kNever = std::numeric_limits<base::u64>::max();

    Record& record(Frame frame) { return *frames_.at(frame.value() / base::kPageSize - kFirst); }

    std::vector<std::unique_ptr<Record>> frames_;
    std::vector<base::u64> free_;
    base::u64 next_;
    std::mutex lock_;
    std::atomic<base::u64> countdown_ = kNever;
    std::atomic<base::u64> frames_in_use_ = 0;
    std::atomic<base::u64> nodes_in_use_ = 0;
    std::array<std::byte, base::kPageSize> zeroes_{};
};

} // namespace memory_object
