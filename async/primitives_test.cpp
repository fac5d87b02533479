#include "async/channel.hpp"
#include "async/event.hpp"
#include "async/mutex.hpp"
#include "async/scope.hpp"
#include "async/semaphore.hpp"
#include "async/sim/run.hpp"
#include "async/sleep.hpp"
#include "async/yield_now.hpp"
#include "testing/test.hpp"

namespace async {

namespace {

using base::u64;

/// What the Jobs of a test share.
struct World {
    Event event;
    Mutex mutex;
    Semaphore semaphore{2};
    Channel<std::string, 2> channel;
    std::string text;
};

/// A letter when `wait` has ended: itself if well, '-' if cancelled, '#' if closed.
char mark(const Result<>& result, char letter) {
    if (result) {
        return letter;
    }
    return result.error() == kClosed ? '#' : result.error() == abi::Error::Cancelled ? '-' : '?';
}

Task<> wait_event(World* world, char letter) { world->text += mark(co_await world->event.wait().result(), letter); }

Task<> hold_mutex(World* world, char letter) {
    const Mutex::Guard guard = co_await world->mutex.lock();
    world->text += letter;
    co_await yield_now();
    co_await yield_now();
    world->text += static_cast<char>(std::toupper(letter));
}

Task<> acquire(World* world, u64 count, char letter) {
    world->text += mark(co_await world->semaphore.acquire(count).result(), letter);
}

Task<> send(World* world, std::string value) {
    const char letter = value.front();
    world->text += mark(co_await world->channel.send(std::move(value)).result(), letter);
}

Task<> receive(World* world) {
    const Result<std::string> value = co_await world->channel.receive().result();
    world->text += value ? *value : std::string(value.error() == kClosed ? "#" : "-");
}

Task<> events(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(wait_event(all, 'a'));
            co_await inner.spawn(wait_event(all, 'b'));
            co_await yield_now();
            all->event.set();
            all->text += 's'; // nobody is resumed inside
            all->event.clear();
            co_await yield_now();
            EXPECT_FALSE(all->event.is_set());
            all->text += '|';
            all->event.set();
            co_await all->event.wait();
            co_await inner.spawn(wait_event(all, 'c'));
        },
        world);
}

Task<> mutexes(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            for (const char letter : {'a', 'b', 'c'}) {
                co_await inner.spawn(hold_mutex(all, letter));
            }
        },
        world);
    EXPECT_FALSE(world->mutex.is_locked());
}

/// Who comes between the hand-over and the turn of who was handed to, waits.
Task<> nobody_comes_between(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            {
                const Mutex::Guard guard = co_await all->mutex.lock();
                co_await inner.spawn(hold_mutex(all, 'a'));
                co_await yield_now();
            }
            const Mutex::Guard guard = co_await all->mutex.lock();
            all->text += 'x';
        },
        world);
}

Task<> a_guard_moves(World* world) {
    Mutex other;
    Mutex::Guard guard = co_await world->mutex.lock();
    guard = co_await other.lock();
    // By exchange: the old one is held until the temporary dies, which it has.
    EXPECT_FALSE(world->mutex.is_locked());
    const Mutex::Guard kept = std::move(guard);
    EXPECT_TRUE(other.is_locked());
}

Task<> semaphores(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(acquire(all, 1, 'a'));
            co_await inner.spawn(acquire(all, 2, 'b'));
            co_await inner.spawn(acquire(all, 1, 'c')); // would fit, but must not overtake
            co_await yield_now();
            all->text += '|';
            all->semaphore.release();
            co_await yield_now();
            all->text += '|';
            all->semaphore.release(1);
        },
        world);
    EXPECT_EQ(world->semaphore.count(), 0U);
}

Task<> channel_waits(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            for (const char* value : {"a", "b", "c", "d"}) {
                co_await inner.spawn(send(all, value));
            }
            co_await yield_now();
            EXPECT_EQ(all->channel.count(), 2U);
            all->text += '|';
            for (int i = 0; i < 5; ++i) {
                co_await inner.spawn(receive(all));
            }
            co_await yield_now();
            co_await yield_now();
            all->text += '|';
            co_await inner.spawn(send(all, "e"));
        },
        world);
}

Task<> channel_closes(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            for (const char* value : {"a", "b", "c"}) {
                co_await inner.spawn(send(all, value));
            }
            co_await yield_now();
            all->channel.close();
            EXPECT_TRUE(all->channel.is_closed());
            co_await inner.spawn(send(all, "d"));
            for (int i = 0; i < 3; ++i) {
                co_await inner.spawn(receive(all));
            }
        },
        world);
}

Task<> receivers_hear_of_the_end(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(receive(all));
            co_await yield_now();
            all->channel.close();
        },
        world);
}

/// Cancels what `inner` began.
Task<> cancel(Scope inner) {
    co_await yield_now();
    inner.cancel();
}

Task<> waits_are_cancelled(World* world) {
    const Mutex::Guard guard = co_await world->mutex.lock();
    co_await world->semaphore.acquire(1);
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(wait_event(all, 'a'));
            co_await inner.spawn(acquire(all, 2, 'b'));
            co_await inner.spawn(receive(all));
            co_await inner.spawn(hold_mutex(all, 'c'));
            co_await inner.spawn(cancel(inner));
        },
        world);
    EXPECT_EQ(world->semaphore.count(), 1U);
}

Task<> cancelled_sends_keep_nothing(World* world) {
    co_await world->channel.send("x");
    co_await world->channel.send("y");
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(send(all, "a"));
            co_await inner.spawn(cancel(inner));
        },
        world);
    world->text += co_await world->channel.receive();
    world->text += co_await world->channel.receive();
    EXPECT_EQ(world->channel.count(), 0U);
}

/// Who wants much is cancelled; who wants little behind it goes on.
Task<> those_behind_go_on(World* world) {
    co_await scope(
        [](Scope outer, World* all) -> Task<> {
            co_await outer.spawn([](World* of) -> Task<> {
                co_await scope(
                    [](Scope inner, World* deep) -> Task<> {
                        co_await inner.spawn(acquire(deep, 3, 'a'));
                        co_await inner.spawn(cancel(inner));
                    },
                    of);
            }(all));
            co_await yield_now();
            co_await outer.spawn(acquire(all, 1, 'b'));
        },
        world);
}

/// The latch comes first, ready or not, and nothing is taken.
Task<> ready_is_not_taken(World* world) {
    world->event.set();
    co_await world->channel.send("x");
    const Result<> result = co_await scope(
                                [](Scope inner, World* all) -> Task<> {
                                    inner.cancel();
                                    all->text += mark(co_await all->event.wait().result(), 'a');
                                    all->text += mark(co_await all->semaphore.acquire().result(), 'b');
                                    const auto value = co_await all->channel.receive().result();
                                    all->text += value ? 'c' : '-';
                                    const auto guard = co_await all->mutex.lock().result();
                                    all->text += guard ? 'd' : '-';
                                    all->text += mark(co_await all->channel.send("y").result(), 'e');
                                    all->text += mark(co_await yield_now().result(), 'f');
                                    all->text += mark(co_await sleep_for({}).result(), 'g');
                                    co_await all->event.wait();
                                    all->text += '!';
                                },
                                world)
                                .result();
    EXPECT_EQ(result.error(), Error(abi::Error::Cancelled));
    EXPECT_EQ(world->semaphore.count(), 2U);
    EXPECT_EQ(world->channel.count(), 1U);
    EXPECT_FALSE(world->mutex.is_locked());
}

/// A value that was handed over before the cancellation is not lost.
Task<> handed_over_is_kept(World* world) {
    co_await scope(
        [](Scope inner, World* all) -> Task<> {
            co_await inner.spawn(receive(all));
            co_await yield_now();
            co_await all->channel.send("v");
            inner.cancel();
        },
        world);
}

std::string text_of(Task<> (*test)(World* world)) {
    World world;
    const Result<> result = sim::run(test, &world);
    return result ? world.text : world.text + "E" + std::to_string(result.error().code());
}

} // namespace

TEST(Event, WakesAllInTheirOrderLater) { EXPECT_EQ(text_of(events), "sab|c"); }

TEST(Mutex, IsHandedOverInOrder) { EXPECT_EQ(text_of(mutexes), "aAbBcC"); }

TEST(Mutex, NobodyComesBetween) { EXPECT_EQ(text_of(nobody_comes_between), "aAx"); }

TEST(Mutex, ItsGuardMoves) { EXPECT_EQ(text_of(a_guard_moves), ""); }

TEST(Semaphore, NobodyOvertakes) { EXPECT_EQ(text_of(semaphores), "a|b|c"); }

TEST(Channel, HoldsAFewAndKeepsTheOrder) { EXPECT_EQ(text_of(channel_waits), "ab|abcdcd|ee"); }

TEST(Channel, IsDrainedThenClosed) { EXPECT_EQ(text_of(channel_closes), "ab##ab#"); }

TEST(Channel, ClosingWakesReceivers) { EXPECT_EQ(text_of(receivers_hear_of_the_end), "#"); }

TEST(Cancellation, EndsWaitsInTheirOrder) { EXPECT_EQ(text_of(waits_are_cancelled), "---"); }

TEST(Cancellation, OfASendKeepsNothing) { EXPECT_EQ(text_of(cancelled_sends_keep_nothing), "-xy"); }

TEST(Cancellation, LetsThoseBehindGoOn) { EXPECT_EQ(text_of(those_behind_go_on), "-b"); }

TEST(Cancellation, TakesNothingThatIsReady) { EXPECT_EQ(text_of(ready_is_not_taken), "-------"); }

TEST(Cancellation, LosesNothingThatWasHandedOver) { EXPECT_EQ(text_of(handed_over_is_kept), "v"); }

} // namespace async
