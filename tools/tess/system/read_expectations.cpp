#include <array>

#include "tools/tess/system/read_tables.hpp"

namespace tess::system {

namespace {

/// A time, or a pattern: what reads as a time is one.
void take_after(const Field& field, Injection& injection) {
    std::string text;
    field.take(text);
    injection.after_time = parse_time(text);
    if (!injection.after_time) {
        injection.after_pattern = text;
    }
}

constexpr std::array<Key<Injection>, 2> kInjectionKeys{{
    {"kill", [](const Field& field, Injection& injection) { field.take(injection.kill); }, true},
    {"after", take_after, true},
}};

constexpr std::array<Key<Expectations>, 5> kExpectationKeys{{
    {"prints", [](const Field& field, Expectations& expect) { field.take(expect.prints); }},
    {"never", [](const Field& field, Expectations& expect) { field.take(expect.never); }},
    {"within", [](const Field& field, Expectations& expect) { field.take_time(expect.within, 1); }},
    {"exit", [](const Field& field, Expectations& expect) { field.take_number(expect.exit.emplace(), 0, 255); }},
    {"inject",
     [](const Field& field, Expectations& expect) {
         field.for_each_item([&expect](const Field& item) {
             item.take_table<Injection>(expect.inject.emplace_back(), kInjectionKeys);
         });
     }},
}};

} // namespace

void read_expectations(const Field& field, Expectations& expectations) {
    field.take_table<Expectations>(expectations, kExpectationKeys);
}

} // namespace tess::system
