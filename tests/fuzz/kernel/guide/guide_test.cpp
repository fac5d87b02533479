// The corpus's file, what the plugin writes, and that changes keep to what an input can be.
#include "testing/test.hpp"
#include "tests/fuzz/kernel/guide/corpus.hpp"
#include "tests/fuzz/kernel/guide/coverage.hpp"

namespace tests::fuzz {

TEST(Corpus, ReadsWhatItWrites) {
    const auto inputs = parse_inputs("# none\n0102 ff # two\n\n00\n", "here");
    ASSERT_TRUE(inputs.has_value());
    EXPECT_EQ(inputs->size(), 2U);
    EXPECT_EQ(text_of(*inputs), "0102ff\n00\n");
    EXPECT_EQ(parse_inputs(text_of(*inputs), "there"), inputs);
}

TEST(Corpus, TellsTheLineThatIsNone) {
    EXPECT_EQ(parse_inputs("00\n0\n", "here").error(), "here:2: half of a byte");
    EXPECT_EQ(parse_inputs("0g", "here").error(), "here:1: 'g' is no hexadecimal digit");
}

TEST(Corpus, IsUnpackedAsItWasPacked) {
    const Inputs inputs{{std::byte{1}, std::byte{2}}, Bytes(300, std::byte{3})};
    const Bytes file = packed(inputs);
    InputReader reader(file);
    for (const Bytes& input : inputs) {
        EXPECT_TRUE(std::ranges::equal(reader.next().value(), input));
    }
    EXPECT_FALSE(reader.next().has_value());
}

TEST(Mutate, KeepsToWhatAnInputCanBe) {
    Random random(1);
    Bytes input;
    for (usize round = 0; round < 2000; ++round) {
        input = mutate(input, Bytes(kRecordBytes * (round % kMostRecords), std::byte{7}), random);
        ASSERT_TRUE(!input.empty() && input.size() <= kMostBytes && input.size() % kRecordBytes == 0);
    }
}

TEST(Coverage, ReadsLinesOfInputs) {
    const auto read = parse_coverage("0 0+5 10+3\n1\n2 a0+4 b");
    ASSERT_TRUE(read.size() == 3);
    EXPECT_EQ(read[0].blocks.size(), 2U);
    EXPECT_TRUE(read[1].blocks.empty());
    EXPECT_EQ(read[2].blocks.at(0).start, 0xa0U);
}

TEST(Coverage, CountsWhatIsNew) {
    Coverage coverage;
    EXPECT_TRUE(coverage.add({{.start = 16, .bytes = 8}}));
    EXPECT_FALSE(coverage.add({{.start = 20, .bytes = 4}}));
    EXPECT_TRUE(coverage.add({{.start = 20, .bytes = 8}}));
    EXPECT_EQ(coverage.blocks(), 2U);
    EXPECT_EQ(coverage.bytes(), 12U);
}

} // namespace tests::fuzz
