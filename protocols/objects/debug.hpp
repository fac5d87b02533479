/// Looking at the machine: abi::DebugMethod. What takes a text has no type: write_line().
#pragma once

#include "abi/debug.hpp"
#include "protocols/objects/memory.hpp"

namespace protocols::objects {

struct Debug {
    static constexpr abi::ObjectKind kKind = abi::ObjectKind::Debug;

    /// What was typed; how much the length of the answer says.
    struct ReadConsole {
        static constexpr rpc::Spec spec = rpc::spec_of(kKind, abi::DebugMethod::ReadConsole);

        struct Reply {
            std::array<char, abi::kPayloadBytes> text;
        };
    };

    using Methods = rpc::List<ReadConsole>;
};

} // namespace protocols::objects
