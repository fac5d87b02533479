#include "kernel/interrupt/vector_table.hpp"

#include <array>

#include "kernel/processor/processor.hpp"
#include "testing/test.hpp"

namespace kernel::interrupt {

namespace {

void count(void* context) {
    Arch::end_of_interrupt();
    ++*static_cast<int*>(context);
}

} // namespace

TEST(VectorTable, GivesOutEachVectorOnce) {
    VectorTable& table = processor::this_processor().vectors;
    const base::u32 free = table.free_count();
    int counted = 0;
    const auto first = table.allocate({count, &counted});
    const auto second = table.allocate({count, &counted});
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_NE(*first, *second);
    EXPECT_EQ(table.free_count(), free - 2);
    table.release(*first);
    table.release(*second);
    EXPECT_EQ(table.free_count(), free);
}

TEST(VectorTable, RunsTheHandler) {
    processor::Processor& self = processor::this_processor();
    int counted = 0;
    const auto vector = self.vectors.allocate({count, &counted});
    ASSERT_TRUE(vector.has_value());
    for (int i = 1; i <= 3; ++i) {
        Arch::interrupt_processor(self.hardware_id(), *vector);
        while (counted < i) {
            Arch::wait_for_interrupt();
        }
    }
    EXPECT_EQ(counted, 3);
    self.vectors.release(*vector);
}

TEST(VectorTable, GivesOutAlignedBlocks) {
    VectorTable& table = processor::this_processor().vectors;
    const base::u32 free = table.free_count();
    std::array<int, 16> counted{};
    std::array<Handler, 16> handlers{};
    for (base::usize i = 0; i < handlers.size(); ++i) {
        handlers.at(i) = {count, &counted.at(i)};
    }
    const auto one = table.allocate(handlers.front()); // so that the first block does not fit at the first place
    const auto first = table.allocate_block(handlers);
    ASSERT_TRUE(one.has_value() && first.has_value());
    EXPECT_EQ(*first % handlers.size(), 0U);
    EXPECT_EQ(table.free_count(), free - 17);
    EXPECT_EQ(table.allocate_block(std::span(handlers).first(3)).error(), base::Error::InvalidArgument);
    EXPECT_EQ(table.allocate_block({}).error(), base::Error::InvalidArgument);
    table.dispatch(static_cast<base::u8>(*first + 5));
    EXPECT_EQ(counted.at(5), 1);
    EXPECT_EQ(counted.at(6), 0);
    for (base::usize i = 0; i < handlers.size(); ++i) {
        table.release(static_cast<base::u8>(*first + i));
    }
    table.release(*one);
    EXPECT_EQ(table.free_count(), free);
}

TEST(VectorTable, AnInterruptUnderWayIsSwallowedAfterRelease) {
    processor::Processor& self = processor::this_processor();
    const base::u32 free = self.vectors.free_count();
    const base::u64 unexpected = self.vectors.unexpected();
    int counted = 0;
    const auto vector = self.vectors.allocate({count, &counted});
    ASSERT_TRUE(vector.has_value());
    Arch::interrupt_processor(self.hardware_id(), *vector); // interrupts are off: it waits
    self.vectors.release(*vector);
    while (self.vectors.free_count() != free) {
        Arch::wait_for_interrupt();
    }
    EXPECT_EQ(counted, 0);
    EXPECT_EQ(self.vectors.unexpected(), unexpected);
}

TEST(VectorTable, HasAnEnd) {
    VectorTable& table = processor::this_processor().vectors;
    int counted = 0;
    base::u32 given = 0;
    const base::u32 free = table.free_count();
    std::array<base::u8, 256> vectors{};
    for (auto vector = table.allocate({count, &counted}); vector; vector = table.allocate({count, &counted})) {
        vectors.at(given++) = *vector;
    }
    EXPECT_EQ(given, free);
    for (base::u32 i = 0; i < given; ++i) {
        table.release(vectors.at(i));
    }
    EXPECT_EQ(table.free_count(), free);
}

} // namespace kernel::interrupt
