/// What a process sees: abi::AddressSpaceMethod.
#pragma once

#include "abi/arguments.hpp"
#include "protocols/objects/memory.hpp"

namespace protocols::objects {

struct AddressSpace {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::AddressSpace;

    /// Maps what may be read, and not written, of a Memory; `access` says no more than kMapRead and kMapExecute.
    struct MapReadOnly {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::AddressSpaceMethod::Map);
        using Slots = Gives<Used<Memory, abi::kRead>>;

        u64 address; ///< 0: anywhere
        u64 offset;  ///< in the Memory; whole pages, as all of these
        u64 bytes;
        u64 access; ///< abi::kMapRead and others
        u64 flags;  ///< 0

        struct Reply {
            u64 address;
        };
    };

    /// The same of one that may be executed.
    struct MapCode {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::AddressSpaceMethod::Map);
        using Slots = Gives<Used<Memory, abi::kRead | abi::kExecute>>;

        u64 address;
        u64 offset;
        u64 bytes;
        u64 access;
        u64 flags;

        struct Reply {
            u64 address;
        };
    };

    /// The same of one that may be written.
    struct Map {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::AddressSpaceMethod::Map);
        using Slots = Gives<Used<Memory, abi::kRead | abi::kWrite>>;

        u64 address;
        u64 offset;
        u64 bytes;
        u64 access;
        u64 flags;

        struct Reply {
            u64 address;
        };
    };

    /// Answers how many bytes were done: the rest in another call.
    struct Unmap {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::AddressSpaceMethod::Unmap);

        u64 address;
        u64 bytes;

        struct Reply {
            u64 done;
        };
    };

    using Methods = rpc::List<MapReadOnly, MapCode, Map, Unmap>;
};

} // namespace protocols::objects
