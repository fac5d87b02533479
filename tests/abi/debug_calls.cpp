#include "tests/abi/debug_calls.hpp"

namespace tests::abi {

Error DebugCalls::write_log(std::string_view text) {
    ::abi::Submission entry =
        Calls::entry(calls_.root(ObjectKind::Debug), method_of(ObjectKind::Debug, ::abi::DebugMethod::WriteLog));
    for (const char letter : text) {
        entry.payload.at(entry.length++) = static_cast<u8>(letter);
    }
    return calls_.send(entry).error;
}

} // namespace tests::abi
