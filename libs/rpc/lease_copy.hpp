/// Copying between a server's memory and what a call lent.
#pragma once

#include <span>

#include "async/leaf_of.hpp"
#include "async/operation.hpp"
#include "libs/rpc/transport.hpp"

namespace rpc {

/// To be awaited: how many bytes were copied, up to the end of what was lent. BadHandle if the call is over, and what
/// the kernel's CopyLent refuses. The bytes of the server stay where they are until then.
class LeaseCopy final : public async::LeafOf<LeaseCopy, async::Operation> {
  public:
    /// What is moved, and where it begins in the lease.
    struct Range {
        abi::Handle token;
        u64 lease;  ///< which of the call's
        u64 offset; ///< in it, in bytes
    };

    /// Out of the lease.
    LeaseCopy(Range range, std::span<std::byte> to) : range_(range), to_(to) {}

    /// Into it.
    LeaseCopy(Range range, std::span<const std::byte> from) : range_(range), from_(from), is_into_(true) {}

    [[nodiscard]] const Range& range() const { return range_; }

    [[nodiscard]] bool is_into() const { return is_into_; }

    [[nodiscard]] std::span<std::byte> to() const { return to_; }

    [[nodiscard]] std::span<const std::byte> from() const { return from_; }

    /// The transport has copied all that there was.
    void finish(u64 bytes) {
        copied_ = bytes;
        complete();
    }

    /// The transport has copied some. True: there may be more; else it is finished.
    [[nodiscard]] bool note_copied(u64 bytes) {
        copied_ += bytes;
        const bool goes_on = bytes != 0 && copied_ < (is_into_ ? from_.size() : to_.size());
        if (!goes_on) {
            complete();
        }
        return goes_on;
    }

    [[nodiscard]] u64 copied() const { return copied_; }

    static async::Ready try_now() { return async::Ready::No; }

    void park() { Transport::begin(*this); }

    [[nodiscard]] u64 take() const { return copied_; }

    [[nodiscard]] std::string_view name() const override { return "copy of a lease"; }

  private:
    /// It is bounded, and its Result comes by itself.
    void ask_to_cancel() override {}

    Range range_;
    std::span<std::byte> to_;
    std::span<const std::byte> from_;
    u64 copied_ = 0;
    bool is_into_ = false;
};

/// What a call lent to be read.
class LentIn {
  public:
    LentIn(abi::Handle token, u64 lease, u64 bytes) : token_(token), lease_(lease), bytes_(bytes) {}

    [[nodiscard]] u64 size() const { return bytes_; }

    /// See LeaseCopy; begins `offset` bytes behind the start.
    [[nodiscard]] LeaseCopy read(std::span<std::byte> to, u64 offset = 0) const {
        return LeaseCopy({token_, lease_, offset}, to);
    }

  private:
    abi::Handle token_;
    u64 lease_;
    u64 bytes_;
};

/// What a call lent to be written.
class LentOut {
  public:
    LentOut(abi::Handle token, u64 lease, u64 bytes) : token_(token), lease_(lease), bytes_(bytes) {}

    [[nodiscard]] u64 size() const { return bytes_; }

    [[nodiscard]] LeaseCopy write(std::span<const std::byte> from, u64 offset = 0) const {
        return LeaseCopy({token_, lease_, offset}, from);
    }

  private:
    abi::Handle token_;
    u64 lease_;
    u64 bytes_;
};

} // namespace rpc
