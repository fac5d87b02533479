/// What is fuzzed with: an input is a string of bytes, and each string of bytes is one. It holds entries of a ring, of
/// 24 bytes each; what is missing of the last is zero.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>

#include "base/byte_reader.hpp"
#include "base/types.hpp"

namespace tests::fuzz {

using base::u16;
using base::u32;
using base::u64;
using base::u8;
using base::usize;

/// One entry. What its words stand for: guest/words.hpp; the rest: guest/entry.hpp.
struct Record {
    u8 target;                    ///< a place in the world's table, or something else
    u8 method;                    ///< of the target's kind, of handles, of any kind, or of a protocol
    u8 flow;                      ///< who submits it, with what others, and when
    u8 shape;                     ///< what is not as the method wants it
    std::array<u8, 2> slot;       ///< places
    std::array<u8, 2> slot_how;   ///< permissions and mode
    std::array<u16, 8> arguments; ///< a word of the payload each
};

inline constexpr usize kRecordBytes = 24;
static_assert(sizeof(Record) == kRecordBytes);

inline constexpr usize kMostRecords = 32;
inline constexpr usize kMostBytes = kMostRecords * kRecordBytes;

using Input = std::span<const std::byte>;

/// How many entries it has; bytes behind the last possible one count for nothing.
constexpr usize record_count(Input input) {
    return std::min((input.size() + kRecordBytes - 1) / kRecordBytes, kMostRecords);
}

/// The entry `index`, which is below record_count().
constexpr Record record_at(Input input, usize index) {
    std::array<std::byte, kRecordBytes> bytes{};
    const Input rest = input.subspan(index * kRecordBytes);
    std::ranges::copy(rest.first(std::min(rest.size(), kRecordBytes)), bytes.begin());
    return std::bit_cast<Record>(bytes);
}

/// Goes through a file of inputs: the length of each in two bytes, low one first, then its bytes.
class InputReader {
  public:
    explicit InputReader(std::span<const std::byte> file) : reader_(file) {}

    /// The next one; nothing: there is none, or the file is cut off.
    std::optional<Input> next() {
        const auto length = reader_.read<u16>();
        const auto bytes = length ? reader_.take(*length) : base::Result<Input>{length.error()};
        return bytes ? std::optional(*bytes) : std::nullopt;
    }

  private:
    base::ByteReader reader_;
};

} // namespace tests::fuzz
