/// Lines that a program says to whoever runs the system.
#pragma once

#include "libs/rpc/protocol.hpp"

namespace protocols {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

struct Log {
    static constexpr rpc::ProtocolId id{"tessera.log", 1, 0};

    enum class Level : u8 { Debug, Info, Warning, Error };

    static constexpr base::usize kMostText = 61;

    /// A piece of a line; nobody hears whether it arrived. A line of several pieces is sent in order.
    struct Write {
        static constexpr rpc::Spec spec{.ordinal = 0x10, .needs = abi::kWrite, .one_way = true};

        u8 level;
        u8 bytes;  ///< of the text
        u8 is_end; ///< 1: the line ends here
        std::array<char, kMostText> letters;
    };

    /// Answered when all that was written before it was shown.
    struct Flush {
        static constexpr rpc::Spec spec{.ordinal = 0x11, .needs = abi::kWrite, .idempotent = true};

        struct Reply {};
    };

    using Methods = rpc::List<Write, Flush>;
};

} // namespace protocols
