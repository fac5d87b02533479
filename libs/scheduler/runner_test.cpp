#include "libs/scheduler/runner.hpp"

#include "libs/scheduler/run_queue.hpp"
#include "testing/test.hpp"

namespace scheduler {

using namespace base::literals;

namespace {

struct Three {
    Runner client{Parameters::fifo(7)};
    Runner server{Parameters::interactive()};
    Runner backend{Parameters::interactive()};
    RunQueue queue;

    Three() {
        queue.add(client.own());
        static_cast<void>(queue.take());
    }

    ~Three() { queue.remove(client.own()); }

    Three(const Three&) = delete;
    Three& operator=(const Three&) = delete;
};

} // namespace

TEST(Runner, AContextGoesWithACallAndBack) {
    Three three;
    Context& context = three.client.own();
    three.queue.charge(1_ms);
    three.client.lend(three.server);
    EXPECT_TRUE(&context.runner() == &three.server && context.is_lent());
    EXPECT_TRUE(three.client.on() == nullptr && three.server.on() == &context);
    EXPECT_TRUE(three.queue.running() == &context); // the queue saw nothing
    three.queue.charge(2_ms);
    EXPECT_TRUE(three.server.give_back(three.client, context));
    EXPECT_TRUE(!context.is_lent() && three.client.on() == &context && three.server.on() == &three.server.own());
    three.queue.charge(4_ms);
    EXPECT_TRUE(context.used() == 7_ms);
    EXPECT_TRUE(three.client.own_time() == 5_ms && three.client.time_for_others() == 0_ns);
    EXPECT_TRUE(three.server.own_time() == 0_ns && three.server.time_for_others() == 2_ms);
    EXPECT_TRUE(three.server.own().used() == 0_ns);
}

TEST(Runner, AContextGoesDownAChainAndUpAgain) {
    Three three;
    Context& context = three.client.own();
    three.client.lend(three.server);
    three.server.lend(three.backend);
    EXPECT_TRUE(three.backend.on() == &context && three.server.on() == &three.server.own());
    EXPECT_TRUE(three.backend.give_back(three.server, context));
    EXPECT_TRUE(three.server.on() == &context && three.server.runs_for_others());
    EXPECT_TRUE(three.server.give_back(three.client, context));
    EXPECT_TRUE(three.client.on() == &context);
}

TEST(Runner, WhatRanOutIsReturnedAndTheServerGoesOnWithItsOwn) {
    Three three;
    Context& context = three.client.own();
    three.client.lend(three.server);
    three.server.lend(three.backend);
    three.backend.return_to_owner();
    EXPECT_TRUE(three.client.on() == &context && !context.is_lent());
    EXPECT_TRUE(three.backend.on() == &three.backend.own());
    EXPECT_TRUE(!three.backend.give_back(three.server, context)); // the server is woken with its own
    EXPECT_TRUE(three.server.on() == &three.server.own());
    three.server.return_to_owner(); // nothing
    EXPECT_TRUE(three.server.on() == &three.server.own());
}

TEST(Runner, AnAnswerGivesBackWhatCameWithItsCallAndNothingElse) {
    Three three;
    Runner other(Parameters::interactive());
    three.client.lend(three.server);
    three.server.return_to_owner();
    other.lend(three.server);
    EXPECT_TRUE(!three.server.give_back(three.client, three.client.own()));
    EXPECT_TRUE(three.server.on() == &other.own() && three.client.on() == &three.client.own());
    EXPECT_TRUE(three.server.give_back(other, other.own()));
}

} // namespace scheduler
