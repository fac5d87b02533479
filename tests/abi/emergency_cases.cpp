// The calls that need no ring, and what guards a program's frames.
#include <array>

#include "sdk/runtime/canary.hpp"
#include "tests/abi/cases.hpp"

namespace tests::abi {

namespace {

/// Not many lines, all alike.
constexpr std::string_view kLine = "rate limit of debug_write: this is full of dots\n";
static_assert(kLine.size() <= ::abi::kDebugWriteBytes);

} // namespace

/// Last: what follows waits for the next second.
void try_emergency_calls(Checks& checks) {
    constexpr u64 kMost = ::abi::kDebugBytesPerSecond / kLine.size() + 1;
    u64 written = 0;
    Error error = kGood;
    // Two windows at most: one may begin while this runs.
    for (u64 i = 0; i < 2 * kMost && error == kGood; ++i) {
        error = sdk::runtime::try_debug_write(kLine);
        written += error == kGood ? kLine.size() : 0;
    }
    checks.equal("debug_write", "more than a second's share", error, Error::WouldBlock);
    checks.that("debug_write", "no more than that, in two windows", written <= 2 * ::abi::kDebugBytesPerSecond);
    checks.equal("debug_write", "of nothing", sdk::runtime::try_debug_write(""), kGood);
    checks.equal("debug_write", "again, as it is refused", sdk::runtime::try_debug_write(kLine), Error::WouldBlock);
    constexpr std::array<char, ::abi::kDebugWriteBytes + 1> kTooMuch{};
    checks.equal("debug_write", "too much at once",
                 sdk::runtime::try_debug_write(std::string_view(kTooMuch.data(), kTooMuch.size())),
                 Error::InvalidArgument);
    // Waits for its turn.
    sdk::runtime::debug_write("debug_write goes on\n");
    checks.equal("debug_write", "in the next second", sdk::runtime::try_debug_write("."), kGood);
    sdk::runtime::debug_write("\n");
}

void try_canary(const ::abi::RootBlock& block, Checks& checks) {
    checks.that("canary", "the block has random numbers", block.random[0] != 0 && block.random[0] != block.random[1]);
    checks.equal("canary", "is made of one", sdk::runtime::canary(), sdk::runtime::canary_of(block));
    checks.equal("canary", "begins with a zero, which ends strings", sdk::runtime::canary() & 0xff, 0U);
}

} // namespace tests::abi
