#include <iostream>
#include <print>
#include <sstream>

#include "tools/tess/report/report.hpp"
#include "tools/tess/verbs/options.hpp"
#include "tools/tess/verbs/verbs.hpp"

namespace tess {

namespace {

constexpr const char* kUsage = "usage: tess symbolize FILE|-     adds function, file and line to a saved report";

std::string read_all(const std::string& name, bool& found) {
    if (name != "-") {
        return read_file(name, found);
    }
    std::ostringstream text;
    text << std::cin.rdbuf();
    found = true;
    return text.str();
}

} // namespace

ExitStatus symbolize_verb(const Words& arguments) {
    // "-" is the name of a file here.
    if (arguments.size() != 1 || (arguments[0].starts_with('-') && arguments[0] != "-")) {
        return refuse("one file is needed", kUsage);
    }
    bool found = false;
    const std::string text = read_all(arguments[0], found);
    if (!found) {
        std::println(stderr, "error: cannot read '{}'", arguments[0]);
        return ExitStatus::Failed;
    }
    report::ReportFilter filter(report::make_symbolizer("out"),
                                [](const std::string& line) { std::println("{}", line); });
    report::LineSplitter lines([&filter](const std::string& line) { filter.take(line); });
    lines.take(text);
    lines.finish();
    filter.finish();
    return ExitStatus::Good;
}

} // namespace tess
