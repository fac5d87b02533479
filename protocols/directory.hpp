/// Names of a connection: what they stand for is opened, and gets an id of this connection, no capability.
#pragma once

#include "protocols/file.hpp"

namespace protocols {

enum class OpenHow : u8 {
    Existing,
    CreateMissing,   ///< a file
    CreateNew,       ///< a file; Exists if there is something
    CreateDirectory, ///< the same, a directory
};

enum class FileKind : u8 { File, Directory };

/// What Entries writes, one behind the other: this, then the name without an end, then zeros up to 8 bytes.
struct DirectoryEntry {
    u64 size; ///< of a file, in bytes
    FileKind kind;
    u8 name_bytes;
    std::array<u8, 6> zero;
};

static_assert(sizeof(DirectoryEntry) == 16);

/// Its connections are File's too. Paths resolve below the id's directory; `..` stops there.
struct Directory {
    static constexpr rpc::ProtocolId id{"tessera.directory", 1, 0};
    using Includes = rpc::List<File>;

    enum class Failure : u16 {
        NotFound = 256,
        Exists,
        NotADirectory,
    };

    /// Needs Execute: to walk. AccessDenied: more is wanted than the directory was opened with.
    struct Open {
        static constexpr rpc::Spec spec{.ordinal = 0x20, .needs = abi::kExecute};
        using Errors = rpc::Fails<Failure::NotFound, Failure::Exists, Failure::NotADirectory>;

        u64 id; ///< of a directory
        rpc::Text<32, 4096> path;
        abi::Permissions want;
        OpenHow how;
        std::array<u8, 5> zero;

        static constexpr auto text = &Open::path;

        struct Reply {
            u64 id;
            u64 size; ///< in bytes
            FileKind kind;
            abi::Permissions granted;
            std::array<u8, 6> zero;
        };
    };

    /// As many DirectoryEntry records as fit, by name. OutOfRange: not even one does.
    struct Entries {
        static constexpr rpc::Spec spec{.ordinal = 0x21, .needs = abi::kRead, .idempotent = true};
        using Leases = rpc::Lends<rpc::Out>;
        using Errors = rpc::Fails<Failure::NotADirectory>;

        u64 id;
        u64 cursor; ///< 0, or `next`

        struct Reply {
            u64 next;
            u32 count; ///< 0: the end
            u32 bytes;
        };
    };

    /// Answers when names below a directory, or a file's content, are other than when `change` was `seen`.
    struct Watch {
        static constexpr rpc::Spec spec{.ordinal = 0x22, .needs = abi::kRead, .idempotent = true, .waits = true};

        u64 id;
        u64 seen; ///< 0, or what the last Watch answered

        struct Reply {
            u64 change; ///< counts up
        };
    };

    using Methods = rpc::List<Open, Entries, Watch>;
};

static_assert(rpc::Protocol<Directory>);

} // namespace protocols
