/// Any bytes: a request is answered and hurts nobody else, and an answer is taken or refused.
#include "protocols/file.hpp"

#include "protocols/testing/fuzz_protocol.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    protocols::testing::fuzz_protocol<protocols::File>(fuzz::input(data, size));
    return 0;
}
