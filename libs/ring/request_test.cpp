#include "libs/ring/request.hpp"

#include "testing/test.hpp"

namespace ring {

namespace {

abi::Submission good() {
    return {.capability = abi::Handle::of_entry(5, 6).word(),
            .method = 0x8012,
            .flags = static_cast<base::u16>(abi::SubmissionFlag::Quiet),
            .length = 64,
            .slots = 4,
            .accept = 3,
            .zero = 0,
            .tag = 1234,
            .deadline = 99,
            .payload = {},
            .slot = {}};
}

bool is_well_formed(const abi::Submission& entry) { return Request::read(entry).is_well_formed(); }

} // namespace

TEST(Request, HasWhatTheEntryHas) {
    const Request request = Request::read(good());
    EXPECT_TRUE(request.capability == abi::Handle::of_entry(5, 6));
    EXPECT_EQ(request.method(), 0x8012);
    EXPECT_TRUE(request.has(abi::SubmissionFlag::Quiet));
    EXPECT_FALSE(request.has(abi::SubmissionFlag::Chained));
    EXPECT_EQ(request.length(), 64);
    EXPECT_EQ(request.slots(), 4);
    EXPECT_EQ(request.accept(), 3);
    EXPECT_EQ(request.tag, 1234U);
    EXPECT_EQ(request.deadline, 99U);
    EXPECT_TRUE(request.is_well_formed());
}

TEST(Request, EachFieldHasItsRange) {
    abi::Submission entry = good();
    entry.flags = 8;
    EXPECT_FALSE(is_well_formed(entry));
    entry = good();
    entry.length = 65;
    EXPECT_FALSE(is_well_formed(entry));
    entry = good();
    entry.slots = 5;
    EXPECT_FALSE(is_well_formed(entry));
    entry = good();
    entry.accept = 5;
    EXPECT_FALSE(is_well_formed(entry));
    entry = good();
    entry.zero = 1;
    EXPECT_FALSE(is_well_formed(entry));
}

TEST(Head, TellsWhatIsPlain) {
    constexpr Head kCall{0x0000'0040'0000'8012};
    EXPECT_EQ(kCall.method(), 0x8012);
    EXPECT_EQ(kCall.length(), 64);
    EXPECT_TRUE(kCall.is_plain(0));
    EXPECT_FALSE(kCall.is_plain(1));
    EXPECT_TRUE(Head{0x0000'0000'0001'0000}.is_plain(1));
    EXPECT_FALSE(Head{0x0000'0041'0000'8012}.is_plain(0));
    for (unsigned bit = 40; bit < 64; ++bit) {
        EXPECT_FALSE(Head{base::u64{1} << bit}.is_plain(0));
    }
    EXPECT_FALSE(Head{0x0000'0000'0002'0000}.is_plain(0));
}

TEST(Head, TellsWhatIsAPlainAnswer) {
    EXPECT_TRUE(Head{0x0000'0040'0001'7fff}.is_plain_answer(1));
    EXPECT_FALSE(Head{0x0000'0040'0001'8000}.is_plain_answer(1));
    EXPECT_TRUE(Head{0x0000'0040'0001'8000}.is_plain(1));
    EXPECT_FALSE(Head{0x0000'0041'0001'0000}.is_plain_answer(1));
    EXPECT_FALSE(Head{0x0000'0040'0000'0000}.is_plain_answer(1));
    EXPECT_FALSE(Head{0x0000'0140'0001'0000}.is_plain_answer(1));
}

} // namespace ring
