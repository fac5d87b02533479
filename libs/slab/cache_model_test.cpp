/// Random creation and destruction on two processors beside a list of what should live.
#include <random>
#include <vector>

#include "libs/budget/fake_lock.hpp"
#include "libs/budget/tree.hpp"
#include "libs/slab/cache.hpp"
#include "libs/slab/fake_world.hpp"
#include "testing/test.hpp"

namespace slab {

namespace {

using base::u64;
using base::usize;
using TestTree = budget::Tree<base::SpinLock<budget::NothingAround>, budget::kTestLock>;

struct Numbered {
    explicit Numbered(u64 what) : number(what), again(~what) {}

    u64 number;
    u64 again;
    u64 more[7] = {};
};

class Model {
  public:
    explicit Model(u64 seed) : random_(seed), cache_(source_, seed) { EXPECT_TRUE(cache_.start(2).has_value()); }

    void step() {
        FakeWorld::cpu = static_cast<base::u32>(random_() % 2);
        const bool grows = step_++ % 4096 < 2400;
        if (random_() % 64 == 0) {
            cache_.trim();
        } else if (live_.empty() || random_() % 16 < (grows ? 9 : 7)) {
            create();
        } else {
            destroy(random_() % live_.size());
        }
    }

    void end() {
        while (!live_.empty()) {
            destroy(live_.size() - 1);
        }
        for (FakeWorld::cpu = 0; FakeWorld::cpu < 2; ++FakeWorld::cpu) {
            cache_.trim();
        }
        FakeWorld::cpu = 0;
        EXPECT_EQ(source_.used(), 1U);
        EXPECT_EQ(tree_.usage(tree_.root(), budget::Kind::Memory), 0U);
    }

  private:
    struct Live {
        Numbered* object;
        u64 number;
    };

    void create() {
        auto made = cache_.create(tree_.root(), step_);
        if (made) {
            live_.push_back({&made->release(), step_});
            peak_ = std::max(peak_, live_.size());
        } else {
            EXPECT_GT(live_.size(), 500U); // only when the source had no more
        }
    }

    void destroy(usize which) {
        const Live old = live_[which];
        EXPECT_EQ(old.object->number, old.number);
        EXPECT_EQ(old.object->again, ~old.number);
        live_[which] = live_.back();
        live_.pop_back();
        cache_.destroy(*old.object);
        EXPECT_EQ(tree_.usage(tree_.root(), budget::Kind::Memory), live_.size() * cache_.kCharge);
    }

    std::mt19937_64 random_;
    TestTree tree_{budget::kNoLimits};
    FakeSource source_{40};
    Cache<Numbered, FakeWorld> cache_;
    std::vector<Live> live_;
    usize peak_ = 0;
    u64 step_ = 0;
};

} // namespace

TEST(SlabModel, AgreesWithAList) {
    constexpr usize kSteps = 1'000'000;
    Model model(11);
    for (usize i = 0; i < kSteps; ++i) {
        model.step();
        ASSERT_FALSE(testing::Test::HasFailure()) << "step " << i;
    }
    model.end();
}

} // namespace slab
