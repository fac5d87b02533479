// A reader gets whole records, in order, while another thread writes.
#include <thread>

#include "libs/trace/trace_ring.hpp"
#include "testing/test.hpp"

namespace trace {

using abi::TraceRecord;
using base::u64;

TEST(TraceRingConcurrent, RecordsAreWhole) {
    constexpr u64 kRecords = 200'000;
    TraceRing<64> ring;
    std::thread writer([&ring] {
        for (u64 number = 0; number < kRecords; ++number) {
            ring.add({.ticks = number,
                      .kind = 0,
                      .detail = static_cast<base::u32>(number),
                      .first = number,
                      .second = number});
        }
    });
    std::array<TraceRecord, 64> records{};
    for (u64 position = 0; position < kRecords;) {
        const Piece piece = ring.read(position, records);
        ASSERT_GE(piece.position, position);
        for (base::usize index = 0; index < piece.count; ++index) {
            const TraceRecord& record = records[index];
            ASSERT_EQ(record.ticks, piece.position + index);
            ASSERT_EQ(record.detail, static_cast<base::u32>(record.ticks));
            ASSERT_EQ(record.first, record.ticks);
            ASSERT_EQ(record.second, record.ticks);
        }
        position = piece.position + piece.count;
    }
    writer.join();
}

} // namespace trace
