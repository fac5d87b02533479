/// Clones of one object, each used by a thread of its own without a common lock.
#include <random>
#include <thread>
#include <vector>

#include "libs/memory_object/fake_resources.hpp"
#include "libs/memory_object/memory_object.hpp"
#include "testing/test.hpp"

namespace memory_object {

using base::u64;

namespace {

using Object = MemoryObject<FakeResources>;

constexpr u64 kPages = 9000; // three levels, and more pages than one thread touches

std::byte first_byte(u64 page) { return std::byte(page % 251 + 1); }

/// Writes, clones, discards: what it did not write must stay as it was.
void use(FakeResources& source, Object& object, u64 seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 400; ++i) {
        const u64 page = random() % kPages;
        const auto read = object.resolve(source, page, Want::Read);
        const std::byte seen = source.bytes(read->frame)[0];
        EXPECT_TRUE(seen == first_byte(page) || seen == std::byte{0} || seen == std::byte{255});
        if (random() % 2 == 0) {
            source.bytes(object.resolve(source, page, Want::Write)->frame)[0] = std::byte{255};
        } else if (random() % 8 == 0) {
            Work work(1000);
            EXPECT_TRUE(object.discard(source, page, 1 + random() % (kPages - page), work).has_value());
        } else if (random() % 8 == 0) {
            Object copy = *object.clone();
            source.bytes(copy.resolve(source, page, Want::Write)->frame)[0] = std::byte{1};
            Work work(~u64{0});
            EXPECT_TRUE(copy.destroy(source, work));
        }
    }
}

} // namespace

TEST(MemoryObjectConcurrent, ClonesNeedNoCommonLock) {
    FakeResources source(1 << 15);
    Object object = *Object::anonymous(base::Bytes{kPages * base::kPageSize});
    for (u64 page = 0; page < kPages; page += 3) {
        source.bytes(object.resolve(source, page, Want::Write)->frame)[0] = first_byte(page);
    }
    std::vector<Object> clones;
    for (int i = 0; i < 3; ++i) {
        clones.push_back(*object.clone());
    }
    clones.push_back(std::move(object));
    std::vector<std::thread> threads;
    for (u64 i = 0; i < clones.size(); ++i) {
        threads.emplace_back([&source, &clone = clones[i], i] {
            use(source, clone, i);
            Work work(~u64{0});
            EXPECT_TRUE(clone.destroy(source, work));
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(source.frames_in_use(), 0U);
    EXPECT_EQ(source.nodes_in_use(), 0U);
}

} // namespace memory_object
