// Misuse of objects, each of which must end in a report. On the host only: each case dies in a process of its own.
#include "libs/slab/cache.hpp"
#include "libs/slab/fake_world.hpp"
#include "testing/test.hpp"

// SAFETY: everything here is wrong on purpose.
#pragma clang unsafe_buffer_usage begin

namespace slab {

namespace {

struct Object {
    base::u64 words[3] = {};
};

template <class W>
struct Fixture {
    Fixture() : cache(source, 77), other(source, 78) {
        static_cast<void>(cache.start(1));
        static_cast<void>(other.start(1));
    }

    Object& make() { return cache.create_free()->release(); }

    FakeSource source;
    Cache<Object, W> cache;
    Cache<Object, W> other;
};

template <class W>
void free_twice() {
    Fixture<W> fixture;
    Object& object = fixture.make();
    fixture.cache.destroy(object);
    fixture.cache.destroy(object);
}

template <class W>
void free_elsewhere() {
    Fixture<W> fixture;
    fixture.other.destroy(fixture.make());
}

template <class W>
void write_after_free(int word) {
    Fixture<W> fixture;
    Object& object = fixture.make();
    fixture.cache.destroy(object);
    object.words[word] = 1;
    static_cast<void>(fixture.make());
}

void write_behind() {
    Fixture<FakeWorld> fixture;
    Object& object = fixture.make();
    (&object.words[0])[3] = 1;
    fixture.cache.destroy(object);
}

void leak() {
    Fixture<FakeWorld> fixture;
    static_cast<void>(fixture.make());
}

void free_the_inside() {
    FakeSource source;
    ObjectCache<PlainWorld, Shape{.object_bytes = 24}> cache(source, 77);
    static_cast<void>(cache.start(1));
    std::byte* const object = *cache.allocate();
    cache.free(object + 8);
    cache.trim();
}

} // namespace

TEST(SlabDeath, FreeingTwice) {
    EXPECT_DEATH(free_twice<FakeWorld>(), "freed twice");
    EXPECT_DEATH(free_twice<PlainWorld>(), "freed twice");
}

TEST(SlabDeath, FreeingToAnotherCache) {
    EXPECT_DEATH(free_elsewhere<FakeWorld>(), "an object of another cache is freed");
    EXPECT_DEATH(free_elsewhere<PlainWorld>(), "an object of another cache is freed");
}

TEST(SlabDeath, WritingAfterFree) {
    EXPECT_DEATH(write_after_free<FakeWorld>(0), "a free slab object was written to");
    EXPECT_DEATH(write_after_free<PlainWorld>(0), "a free slab object was written to");
    EXPECT_DEATH(write_after_free<FakeWorld>(2), "a free slab object was written to");
}

TEST(SlabDeath, WritingBehind) { EXPECT_DEATH(write_behind(), "a write behind a slab object"); }

TEST(SlabDeath, FreeingTheInsideOfAnObject) { EXPECT_DEATH(free_the_inside(), "an object came back that is none"); }

TEST(SlabDeath, ACacheOutlivesItsObjects) { EXPECT_DEATH(leak(), "a depot dies with objects in use"); }

} // namespace slab

#pragma clang unsafe_buffer_usage end
