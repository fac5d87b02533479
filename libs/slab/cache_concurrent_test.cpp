#include <thread>
#include <vector>

#include "libs/slab/cache.hpp"
#include "libs/slab/fake_world.hpp"
#include "testing/test.hpp"

namespace slab {

namespace {

constexpr base::u32 kThreads = 3;
constexpr int kRounds = 300;
constexpr int kObjects = 60;

struct Owned {
    explicit Owned(base::u32 who) : owner(who) {}

    base::u32 owner;
    base::u32 more[9] = {};
};

/// Objects on their way from one thread to the next, which frees them.
class Passage {
  public:
    void put(Owned* object) {
        lock_.with([&](std::vector<Owned*>& waiting) { waiting.push_back(object); });
    }

    std::vector<Owned*> take() {
        std::vector<Owned*> taken;
        lock_.with([&](std::vector<Owned*>& waiting) { taken.swap(waiting); });
        return taken;
    }

  private:
    static constexpr base::LockClass kLock{.rank = 1, .name = "passage"};
    base::Guarded<std::vector<Owned*>, FakeWorld::Lock, kLock> lock_;
};

} // namespace

TEST(SlabConcurrent, ObjectsOfOneThreadAreFreedByAnother) {
    FakeSource source;
    Cache<Owned, FakeWorld> cache(source, 99);
    ASSERT_TRUE(cache.start(kThreads).has_value());
    std::vector<Passage> passages(kThreads);
    std::vector<std::thread> threads;
    for (base::u32 self = 0; self < kThreads; ++self) {
        threads.emplace_back([&, self] {
            FakeWorld::cpu = self;
            for (int round = 0; round < kRounds; ++round) {
                for (int i = 0; i < kObjects; ++i) {
                    auto made = cache.create_free(self);
                    ASSERT_TRUE(made.has_value());
                    passages[(self + 1) % kThreads].put(&made->release());
                }
                for (Owned* const object : passages[self].take()) {
                    EXPECT_EQ(object->owner, (self + kThreads - 1) % kThreads);
                    cache.destroy(*object);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (Passage& passage : passages) {
        for (Owned* const object : passage.take()) {
            cache.destroy(*object);
        }
    }
}

} // namespace slab
