#include "libs/kvm/ipi_batches.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "testing/test.hpp"

namespace kvm {

using base::u32;
using base::u64;

namespace {

std::vector<IpiBatch> batches_of(const std::vector<u32>& ids) {
    std::vector<IpiBatch> sent;
    IpiBatches batches([&](const IpiBatch& batch) { sent.push_back(batch); });
    for (const u32 id : ids) {
        batches.add(id);
    }
    batches.finish();
    return sent;
}

/// As the host reads a batch, [kvm] hypercalls.rst 6: bit n of the 128 is the processor `first` + n.
std::multiset<u32> reached(const std::vector<IpiBatch>& batches) {
    std::multiset<u32> ids;
    for (const IpiBatch& batch : batches) {
        for (u32 bit = 0; bit < 128; ++bit) {
            if (((bit < 64 ? batch.low >> bit : batch.high >> (bit - 64)) & 1) != 0) {
                ids.insert(batch.first + bit);
            }
        }
    }
    return ids;
}

} // namespace

TEST(KvmIpiBatches, NobodyIsNoCall) { EXPECT_TRUE(batches_of({}).empty()); }

TEST(KvmIpiBatches, NeighboursShareACall) {
    const auto sent = batches_of({1, 2, 3});
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent.front().low, 7U);
    EXPECT_EQ(sent.front().high, 0U);
    EXPECT_EQ(sent.front().first, 1U);
}

TEST(KvmIpiBatches, TheWindowIs128Wide) {
    EXPECT_EQ(batches_of({0, 127}).size(), 1U);
    EXPECT_EQ(batches_of({0, 127}).front().high, 1ULL << 63);
    EXPECT_EQ(batches_of({0, 128}).size(), 2U);
    EXPECT_EQ(batches_of({0xffff'ff00, 0}).size(), 2U);
}

TEST(KvmIpiBatches, OneThatComesLateMayLieBelow) {
    const auto sent = batches_of({100, 40, 101});
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent.front().first, 40U);
    EXPECT_EQ(reached(sent), (std::multiset<u32>{40, 100, 101}));
}

TEST(KvmIpiBatches, EverybodyIsReachedOnce) {
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        std::set<u32> chosen;
        for (u32 i = 0; i < 1 + random() % 60; ++i) {
            chosen.insert(static_cast<u32>(random() % (round % 2 == 0 ? 200 : 5000)));
        }
        std::vector<u32> ids(chosen.begin(), chosen.end());
        if (round % 3 == 0) {
            std::ranges::shuffle(ids, random);
        }
        EXPECT_EQ(reached(batches_of(ids)), std::multiset<u32>(ids.begin(), ids.end()));
    }
}

} // namespace kvm
