/// Pages: abi::MemoryMethod.
#pragma once

#include "abi/arguments.hpp"
#include "libs/rpc/protocol.hpp"

namespace protocols::objects {

using rpc::Gives;
using rpc::u64;
using rpc::Used;

struct Budget;

struct Memory {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Memory;

    struct Size {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MemoryMethod::Size);

        struct Reply {
            u64 bytes;
        };
    };

    /// Answers how many bytes were done: the rest in another call.
    struct Commit {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MemoryMethod::Commit);

        u64 offset;
        u64 bytes;

        struct Reply {
            u64 done;
        };
    };

    /// As Commit; of what is forgotten nothing is left but zeros.
    struct Discard {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MemoryMethod::Discard);

        u64 offset;
        u64 bytes;

        struct Reply {
            u64 done;
        };
    };

    /// A copy of its own, paid for by the Budget, whose pages are shared until one side writes.
    struct Clone {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::MemoryMethod::Clone);
        using Slots = Gives<Used<Budget, abi::kExecute>>;

        struct Reply {
            using Slots = Gives<rpc::Moved<Memory, abi::kAllPermissions>>;
        };
    };

    using Methods = rpc::List<Size, Commit, Discard, Clone>;
};

} // namespace protocols::objects
