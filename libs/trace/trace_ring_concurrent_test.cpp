// A reader gets whole records, in order, while another thread writes over them.
#include <thread>

#include "libs/trace/trace_ring.hpp"
#include "testing/test.hpp"

namespace trace {

using abi::TraceRecord;
using base::u32;
using base::u64;

TEST(TraceRingConcurrent, RecordsAreWhole) {
    constexpr u64 kRecords = 1'000'000;
    constexpr base::usize kKept = 4; // few, so that what is read is soon written over
    TraceRing<kKept> ring;
    std::thread writer([&ring] {
        for (u64 number = 0; number < kRecords; ++number) {
            ring.add(
                {.ticks = number, .kind = 0, .detail = static_cast<u32>(number), .first = number, .second = number});
        }
    });
    std::array<TraceRecord, kKept> records{};
    bool is_whole = true;
    for (u64 next = 0; next < kRecords;) {
        const Piece piece = ring.read(0, records);
        for (base::usize index = 0; index < piece.count; ++index) {
            const TraceRecord& record = records[index];
            is_whole = is_whole && record.ticks == piece.position + index &&
                       record.detail == static_cast<u32>(record.ticks) && record.first == record.ticks &&
                       record.second == record.ticks;
        }
        next = piece.position + piece.count;
    }
    writer.join();
    EXPECT_TRUE(is_whole);
}

} // namespace trace
