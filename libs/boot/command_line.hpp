/// The kernel's command line: words `name`, `name=value` or `name="a value"`, separated by blanks.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/types.hpp"

namespace boot {

/// One word. `value` is empty both for `name` and for `name=`; `has_value` tells them apart.
struct Option {
    std::string_view name;
    std::string_view value;
    bool has_value = false;
};

/// Walks over the words, in order. The views point into the line.
class CommandLine {
  public:
    explicit CommandLine(std::string_view line) : rest_(line) {}

    /// Takes the next option; false at the end. A quote that never ends takes the rest of the line.
    bool next(Option& option);

  private:
    std::string_view take_word();

    std::string_view rest_;
};

/// A whole number, decimal or with 0x, that is at most `maximum`. InvalidArgument if it is none; Overflow beyond.
base::Result<base::u64> parse_number(std::string_view text, base::u64 maximum);

/// `on` or `off`. InvalidArgument if it is neither.
base::Result<bool> parse_switch(std::string_view text);

/// An amount as parse_number() reads it, with K, M or G behind it for its binary multiples.
base::Result<base::u64> parse_size(std::string_view text, base::u64 maximum);

} // namespace boot
