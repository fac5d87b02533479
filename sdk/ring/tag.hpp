/// What the tags of entries say: who gets the result.
#pragma once

#include "async/operation.hpp"
#include "base/types.hpp"
#include "libs/rpc/invocation.hpp"
#include "libs/rpc/lease_copy.hpp"
#include "libs/rpc/receiver.hpp"

namespace sdk::ring {

/// Bits 0 to 2; the others are the address of what it names. Every entry has one result and its receiver lives until
/// then, so there is no table and no stale tag.
enum class TagKind : base::u64 {
    None, ///< nobody waits for it
    Invocation,
    LeaseCopy,
    Attach,
    Attachment, ///< of what comes to an attached end
    Detach,     ///< of the attachment that ends with it
    Sent,       ///< a handle instead of an address: what a message would have moved that nobody waits for
    Now,        ///< somebody waits without parking
};

/// SAFETY: the kernel gives back what the program wrote; what is named is what the kind says.
class Tag {
  public:
    constexpr explicit Tag(base::u64 word) : word_(word) {}

    template <class T>
    Tag(TagKind kind, const T& named) : word_(reinterpret_cast<base::u64>(&named) | static_cast<base::u64>(kind)) {
        static_assert(alignof(T) > kKinds);
    }

    /// Of a message that moves `handle`; none: nothing.
    static constexpr Tag of_sent(abi::Handle handle) {
        return Tag(handle.word() << kKindBits | static_cast<base::u64>(TagKind::Sent));
    }

    [[nodiscard]] constexpr abi::Handle sent() const { return abi::Handle(word_ >> kKindBits); }

    [[nodiscard]] constexpr base::u64 word() const { return word_; }

    [[nodiscard]] constexpr TagKind kind() const { return static_cast<TagKind>(word_ & kKinds); }

    template <class T>
    [[nodiscard]] T& named() const {
        return *reinterpret_cast<T*>(word_ & ~kKinds);
    }

    /// Of those that are operations, as such: they begin in different places.
    [[nodiscard]] async::Operation& operation() const {
        if (kind() == TagKind::LeaseCopy) {
            return named<rpc::LeaseCopy>();
        }
        if (kind() == TagKind::Attach) {
            return named<rpc::AttachCall>();
        }
        return named<rpc::Invocation>();
    }

  private:
    static constexpr unsigned kKindBits = 3;
    static constexpr base::u64 kKinds = (1 << kKindBits) - 1;

    base::u64 word_;
};

} // namespace sdk::ring
