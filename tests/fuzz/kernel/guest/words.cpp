#include "tests/fuzz/kernel/guest/words.hpp"

#include "abi/ring.hpp"

namespace tests::fuzz {

namespace {

constexpr unsigned kKindBits = 4;
constexpr unsigned kPageBits = 12;

enum class WordKind : u8 {
    Small,
    Number,
    Pages,
    Power,
    PowerLessOne,
    Highest,
    Halves,
    HandleOf,
    TagBefore,
    Token,
    Later,
    Earlier,
    Answer,
    Address,
    LentLength, ///< of a lease, with access; of one that is mapped, in pages
    Anything,
};

u64 handle_at(u16 which, Shadow& shadow) {
    const u32 count = shadow.count();
    return count == 0 ? 0 : shadow.at(which % count).handle.word();
}

constexpr u64 scatter(u64 word) {
    word *= 0x9e37'79b9'7f4a'7c15;
    return word ^ word >> 29;
}

constexpr u64 lent_length(u16 which) {
    constexpr unsigned kLengthBits = 8;
    constexpr unsigned kUnit = 6;
    // No pins: a call with one waits for an answer that nobody may give.
    const u64 access = which >> kLengthBits & (::abi::kLeaseRead | ::abi::kLeaseWrite | ::abi::kLeaseMap);
    const u64 length = (access & ::abi::kLeaseMap) != 0 ? u64{which & 127U} << kPageBits
                                                        : u64{which & ((1U << kLengthBits) - 1)} << kUnit;
    return length | access << ::abi::kLeaseAccessShift;
}

} // namespace

u64 word_of(u16 code, const Surroundings& surroundings) {
    constexpr unsigned kMicrosecond = 1000;
    constexpr unsigned kHalf = 32;
    const auto which = static_cast<u16>(code >> kKindBits);
    switch (static_cast<WordKind>(code & ((1U << kKindBits) - 1))) {
    case WordKind::Small: return which & 7U;
    case WordKind::Number: return which;
    case WordKind::Pages: return u64{which & 63U} << kPageBits;
    case WordKind::Power: return u64{1} << (which & 63U);
    case WordKind::PowerLessOne: return (u64{1} << (which & 63U)) - 1;
    case WordKind::Highest: return ~u64{which};
    case WordKind::Halves: return (which & 63U) | static_cast<u64>(which >> 6U) << kHalf;
    case WordKind::HandleOf: return handle_at(which, surroundings.shadow);
    case WordKind::TagBefore: return surroundings.tag - (which & 15U);
    case WordKind::Token: return surroundings.token;
    case WordKind::Later: return surroundings.now + u64{which} * kMicrosecond;
    case WordKind::Earlier: return surroundings.now - which;
    case WordKind::Answer: return surroundings.answer + (u64{which & 15U} << kPageBits) + (which >> 4U);
    case WordKind::Address: return surroundings.address + u64{which & 3U} * sizeof(u32);
    case WordKind::LentLength: return lent_length(which);
    case WordKind::Anything: return scatter(which + 1U);
    }
    return 0;
}

} // namespace tests::fuzz
