#include "tests/abi/storm/seed.hpp"

#include <optional>
#include <string_view>

#include "tests/abi/debug_calls.hpp"

namespace tests::abi::storm {

namespace {

constexpr u64 kUsual = 0;

constexpr std::string_view kName = "storm.seed-0x";

constexpr std::optional<u64> digit_of(char letter) {
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? std::optional<u64>(letter - 'a' + 10) : std::nullopt;
}

/// Finds the number behind a name in text that comes letter by letter.
class Finder {
  public:
    void take(char letter) {
        if (is_found_ && !is_over_) {
            const auto digit = digit_of(letter);
            is_over_ = !digit;
            value_ = digit ? value_ << 4 | *digit : value_;
            return;
        }
        matched_ = letter == kName[matched_] ? matched_ + 1 : letter == kName[0] ? 1 : 0;
        is_found_ = is_found_ || matched_ == kName.size();
        matched_ %= kName.size();
    }

    [[nodiscard]] std::optional<u64> value() const { return is_found_ ? std::optional(value_) : std::nullopt; }

  private:
    base::usize matched_ = 0;
    bool is_found_ = false;
    bool is_over_ = false;
    u64 value_ = 0;
};

std::optional<u64> seed_of_log(Calls& calls) {
    DebugCalls debug(calls);
    Finder finder;
    // What was logged at boot, before any program.
    constexpr u64 kMost = 8192;
    for (u64 position = 0; position < kMost;) {
        const auto piece = debug.read_log({.position = position, .offset = 0, .bytes = ::abi::kDebugPieceBytes})
                               .answer<::abi::DebugPiece>();
        if (piece.next == piece.position) {
            break;
        }
        for (u64 at = 0; at < piece.next - piece.position; ++at) {
            finder.take(debug.byte(at));
        }
        position = piece.next;
    }
    return finder.value();
}

} // namespace

u64 choose_seed(Calls& calls, const ::abi::RootBlock& block) {
    return seed_of_log(calls).value_or(TESSERA_STORM_IS_RANDOM ? block.random[1] : kUsual);
}

} // namespace tests::abi::storm
