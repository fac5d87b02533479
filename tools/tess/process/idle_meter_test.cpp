#include "tools/tess/process/idle_meter.hpp"

#include <ctime>
#include <unistd.h>

#include "testing/test.hpp"

namespace tess::process {

namespace {

std::optional<double> share_of(const std::string& commands) {
    IdleMeter meter(Seconds{0.5});
    meter.begin();
    run({.arguments = {"sh", "-c", commands}, .watch = [&meter](int process) { return meter.watch(process); }},
        Seconds{20}, [](std::string_view) { return Verdict::Continue; });
    return meter.share();
}

} // namespace

TEST(IdleMeter, WhoSleepsUsesNothing) {
    const auto share = share_of("exec sleep 60");
    ASSERT_TRUE(share.has_value());
    EXPECT_LT(*share, 0.05);
}

// Processor time, so that a busy host changes nothing.
TEST(IdleMeter, WhoSpinsUsesAProcessor) {
    const auto before = processor_time(getpid());
    const std::clock_t start = std::clock();
    while (std::clock() - start < CLOCKS_PER_SEC / 10) {
    }
    const auto after = processor_time(getpid());
    ASSERT_TRUE(before.has_value() && after.has_value());
    EXPECT_GE((*after - *before).count(), 0.08);
}

TEST(IdleMeter, NothingIsToldOfAProgramThatEnded) { EXPECT_FALSE(share_of("true").has_value()); }

TEST(IdleMeter, ThereIsNoTimeOfNoProcess) { EXPECT_FALSE(processor_time(-1).has_value()); }

} // namespace tess::process
