/// Processors as threads, which enter spaces, read pages, sleep, and take pages away from each other: nobody may ever
/// reach a frame that belongs to someone else meanwhile.
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "libs/shootdown/fake_machine.hpp"
#include "libs/shootdown/participant.hpp"
#include "testing/test.hpp"

namespace shootdown {

using base::u32;
using base::u64;
using base::VirtualAddress;

namespace {

constexpr u32 kCpus = 4;
constexpr u64 kSpaces = 3;
constexpr u64 kPages = 6;
constexpr u64 kFrames = 64;
constexpr int kSteps = 4'000;

VirtualAddress address_of_page(u64 page) { return VirtualAddress{page * base::kPageSize}; }

struct TestSpace : Space {
    explicit TestSpace(u64 id) : Space(id, base::PhysicalAddress{id * base::kPageSize}) {}

    std::mutex lock;
    std::array<std::atomic<u64>, kPages> pages{}; ///< the frame; 0: not mapped
};

/// Who may reach each frame: space and page; 0: nobody.
struct World {
    explicit World(bool has_tags) : cpus(kCpus, has_tags) {
        for (u64 id = 1; id <= kSpaces; ++id) {
            spaces.push_back(std::make_unique<TestSpace>(id));
        }
    }

    static u64 name(const TestSpace& space, u64 page) { return space.id() * kPages + page; }

    FakeMachine cpus;
    std::vector<std::unique_ptr<TestSpace>> spaces;
    std::array<std::atomic<u64>, kFrames> owners{};
    std::atomic<u32> finished{0};
    std::atomic<u64> stale{0};
    std::atomic<u64> completed{0};
    std::atomic<u64> asked{0};
};

/// Unmapping one page, and its frame free when nobody uses it any more.
struct Unmap {
    Unmap(World& in, TestSpace& space, u64 page, u64 which)
        : world(in), frame(which), ticket(&space, &Unmap::complete, this) {
        ticket.changes.add(address_of_page(page), 1, 0);
    }

    static void complete(void* context) {
        const std::unique_ptr<Unmap> self(static_cast<Unmap*>(context));
        self->world.owners[self->frame].store(0);
        self->world.completed.fetch_add(1);
    }

    World& world;
    u64 frame;
    Ticket ticket;
};

class Thread {
  public:
    Thread(World& world, u32 index) : world_(world), cpu_(world.cpus[index]), random_(index + 1) {}

    void run() {
        for (int i = 0; i < kSteps; ++i) {
            step();
        }
        ++world_.finished;
        // Until nobody needs an answer any more.
        while (world_.finished.load() < kCpus || world_.completed.load() != world_.asked.load()) {
            cpu_.take_interrupts();
            std::this_thread::yield();
        }
        cpu_.participant.leave();
    }

  private:
    void step() {
        switch (random_() % 8) {
        case 0: cpu_.take_interrupts(); return;
        case 1: enter(*world_.spaces[random_() % kSpaces]); return;
        case 2: sleep(); return;
        case 3: change(*world_.spaces[random_() % kSpaces], random_() % kPages); return;
        default: touch(random_() % kPages);
        }
    }

    void enter(TestSpace& space) {
        cpu_.participant.enter(space);
        space_ = &space;
    }

    void sleep() {
        cpu_.participant.begin_idle();
        space_ = nullptr;
        for (u64 i = random_() % 20; i != 0 && !cpu_.has_interrupt(); --i) {
            std::this_thread::yield();
        }
        cpu_.participant.end_idle();
    }

    void touch(u64 page) {
        if (space_ == nullptr) {
            return;
        }
        const u64 frame = cpu_.translate(address_of_page(page), space_->pages[page].load());
        if (frame != 0 && world_.owners[frame].load() != World::name(*space_, page)) {
            ++world_.stale;
        }
    }

    void change(TestSpace& space, u64 page) {
        while (!space.lock.try_lock()) {
            cpu_.participant.answer(); // as a spinning kernel does
            std::this_thread::yield();
        }
        std::unique_lock<std::mutex> hold(space.lock, std::adopt_lock);
        if (const u64 frame = space.pages[page].exchange(0); frame != 0) {
            auto* const unmap = new Unmap(world_, space, page, frame);
            world_.asked.fetch_add(1);
            if (cpu_.participant.flush_alone(space, unmap->ticket.changes)) {
                Unmap::complete(unmap);
            } else {
                cpu_.participant.start(unmap->ticket);
            }
        } else {
            map(space, page);
        }
    }

    void map(TestSpace& space, u64 page) {
        const u64 frame = 1 + random_() % (kFrames - 1);
        u64 nobody = 0;
        if (world_.owners[frame].compare_exchange_strong(nobody, World::name(space, page))) {
            space.pages[page].store(frame);
        }
    }

    World& world_;
    FakeCpu& cpu_;
    std::mt19937_64 random_;
    TestSpace* space_ = nullptr;
};

void run_world(bool has_tags) {
    World world(has_tags);
    std::vector<std::thread> threads;
    for (u32 cpu = 0; cpu < kCpus; ++cpu) {
        threads.emplace_back([&world, cpu] { Thread(world, cpu).run(); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    // What was asked of one that had left already.
    for (u32 cpu = 0; cpu < kCpus; ++cpu) {
        static_cast<void>(world.cpus[cpu].take_interrupts());
    }
    EXPECT_EQ(world.stale.load(), 0U) << "a frame was reached that belongs to someone else";
    EXPECT_EQ(world.completed.load(), world.asked.load());
    EXPECT_GT(world.completed.load(), 100U);
}

} // namespace

TEST(ParticipantConcurrent, NobodyReachesAFrameAfterItsTicket) { run_world(true); }

TEST(ParticipantConcurrent, NorWithoutTags) { run_world(false); }

} // namespace shootdown
