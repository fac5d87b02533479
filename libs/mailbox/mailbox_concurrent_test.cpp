#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "libs/mailbox/mailbox.hpp"
#include "testing/test.hpp"

namespace mailbox {

namespace {

struct Count : Message {
    Count() : Message(&Count::run) {}

    static void run(Message& message) {
        auto& count = static_cast<Count&>(message);
        count.seen = count.written.load(std::memory_order_relaxed); // what was written before the post is seen
    }

    std::atomic<int> written{0};
    int seen = 0;
};

} // namespace

TEST(MailboxConcurrent, ARefusedPostIsSeenByTheRunThatWaits) {
    constexpr int kPosts = 4'000;
    constexpr int kPatience = 1'000'000;
    Mailbox box;
    Count message;
    std::atomic<int> seen{0};
    std::atomic<bool> over{false};
    std::thread owner([&] {
        while (!over.load(std::memory_order_relaxed)) {
            box.drain();
            seen.store(message.seen, std::memory_order_relaxed);
        }
    });
    for (int i = 1; i <= kPosts && !over.load(); ++i) {
        message.written.store(i, std::memory_order_relaxed);
        bool was_empty = false;
        box.post(message, was_empty);
        // Only now and then, so that many a post meets the very end of a run.
        for (int patience = kPatience; i % 4 == 0 && seen.load(std::memory_order_relaxed) < i; --patience) {
            if (patience == 0) {
                ADD_FAILURE() << "post " << i << " was never seen";
                over = true;
                break;
            }
            std::this_thread::yield();
        }
    }
    over = true;
    owner.join();
    // The run before may have seen what the last post was for.
    box.drain();
}

TEST(MailboxConcurrent, LosesNothing) {
    constexpr int kProducers = 3;
    constexpr int kPosts = 2000;
    Mailbox box;
    std::atomic<int> finished{0};
    std::array<Count, kProducers> messages;
    std::vector<std::thread> producers;
    for (Count& message : messages) {
        producers.emplace_back([&] {
            for (int i = 1; i <= kPosts; ++i) {
                while (message.is_posted()) {
                    std::this_thread::yield();
                }
                message.written.store(i, std::memory_order_relaxed);
                bool was_empty = false;
                box.post(message, was_empty);
            }
            ++finished;
        });
    }
    std::size_t runs = 0;
    while (finished.load() < kProducers || !box.is_empty()) {
        runs += box.drain();
    }
    for (std::thread& producer : producers) {
        producer.join();
    }
    EXPECT_EQ(runs, std::size_t{kProducers} * kPosts);
    for (const Count& message : messages) {
        EXPECT_EQ(message.seen, kPosts);
    }
}

} // namespace mailbox
