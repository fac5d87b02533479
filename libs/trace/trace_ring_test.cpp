#include "libs/trace/trace_ring.hpp"

#include <vector>

#include "testing/test.hpp"

namespace trace {

namespace {

using abi::TraceRecord;
using base::u64;

TraceRecord record(u64 number) {
    return {
        .ticks = number, .kind = 1, .detail = static_cast<base::u32>(number), .first = number * 2, .second = ~number};
}

std::vector<u64> numbers(const TraceRing<8>& ring, u64 position, base::usize most) {
    std::array<TraceRecord, 16> records{};
    const Piece piece = ring.read(position, std::span(records).first(most));
    std::vector<u64> found{piece.position, piece.end};
    for (base::usize index = 0; index < piece.count; ++index) {
        EXPECT_EQ(records[index].first, records[index].ticks * 2);
        EXPECT_EQ(records[index].second, ~records[index].ticks);
        found.push_back(records[index].ticks);
    }
    return found;
}

using Numbers = std::vector<u64>;

} // namespace

TEST(TraceRing, StartsEmpty) {
    const TraceRing<8> ring;
    EXPECT_EQ(numbers(ring, 0, 16), (Numbers{0, 0}));
    EXPECT_EQ(numbers(ring, 5, 16), (Numbers{0, 0})) << "nothing is ahead of the end";
}

TEST(TraceRing, KeepsTheLast) {
    TraceRing<8> ring;
    for (u64 number = 0; number < 5; ++number) {
        ring.add(record(number));
    }
    EXPECT_EQ(numbers(ring, 0, 16), (Numbers{0, 5, 0, 1, 2, 3, 4}));
    EXPECT_EQ(numbers(ring, 3, 1), (Numbers{3, 5, 3}));
    for (u64 number = 5; number < 11; ++number) {
        ring.add(record(number));
    }
    EXPECT_EQ(numbers(ring, 0, 16), (Numbers{3, 11, 3, 4, 5, 6, 7, 8, 9, 10}));
    EXPECT_EQ(numbers(ring, 10, 16), (Numbers{10, 11, 10}));
    EXPECT_EQ(numbers(ring, 11, 16), (Numbers{11, 11}));
}

} // namespace trace
