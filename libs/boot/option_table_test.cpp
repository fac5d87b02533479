#include "libs/boot/option_table.hpp"

#include <array>
#include <string>
#include <vector>

#include "testing/test.hpp"

namespace boot {
namespace {

struct Options {
    bool randomize = true;
    base::u64 port = 0;
};

bool take_randomize(std::string_view value, Options& options) {
    const auto on = parse_switch(value);
    options.randomize = on.value_or(options.randomize);
    return on.has_value();
}

bool take_port(std::string_view value, Options& options) {
    const auto port = parse_number(value, 0xffff);
    options.port = port.value_or(options.port);
    return port.has_value();
}

constexpr std::array kKnown{KnownOption<Options>{"kaslr", take_randomize}, KnownOption<Options>{"port", take_port}};

struct Applied {
    Options options;
    std::vector<std::string> reports;
    base::usize unreported = 0;
};

Applied apply(std::string_view line) {
    Applied applied;
    applied.unreported = apply_options(line, std::span<const KnownOption<Options>>(kKnown), applied.options,
                                       [&](std::string_view problem, std::string_view name) {
                                           applied.reports.push_back(std::string(problem) + " " + std::string(name));
                                       });
    return applied;
}

TEST(OptionTable, AppliesWhatItKnows) {
    const Applied applied = apply("kaslr=off port=0xf4");
    EXPECT_FALSE(applied.options.randomize);
    EXPECT_EQ(applied.options.port, 0xf4U);
    EXPECT_TRUE(applied.reports.empty());
}

TEST(OptionTable, TheLastOfTwoWins) { EXPECT_EQ(apply("port=1 port=2").options.port, 2U); }

TEST(OptionTable, ReportsWhatIsWrongAndGoesOn) {
    const Applied applied = apply("speed=9 port=70000 kaslr port=7");
    EXPECT_EQ(applied.options.port, 7U);
    EXPECT_TRUE(applied.options.randomize);
    const std::vector<std::string> wanted{"unknown option speed", "impossible value of option port",
                                          "impossible value of option kaslr"};
    EXPECT_EQ(applied.reports, wanted);
    EXPECT_EQ(applied.unreported, 0U);
}

TEST(OptionTable, StopsReportingAfterEight) {
    std::string line;
    for (int i = 0; i < 100; ++i) {
        line += "a" + std::to_string(i) + " ";
    }
    const Applied applied = apply(line);
    EXPECT_EQ(applied.reports.size(), kMaximumOptionReports);
    EXPECT_EQ(applied.unreported, 92U);
}

} // namespace
} // namespace boot
