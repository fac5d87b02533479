#include "libs/rpc/answer.hpp"

namespace rpc {

void answer_error(abi::Handle token, async::Error error, u16 domain) {
    const bool is_told = error.domain() == async::Error::kAbi || error.domain() == domain;
    Message answer;
    answer.method = is_told ? error.code() : static_cast<u16>(abi::Error::BadState);
    Transport::answer(token, answer);
}

} // namespace rpc
