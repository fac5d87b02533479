/// Text on the debug console, for programs that may write there.
#pragma once

#include "base/text_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace sdk::runtime {

/// See debug_write(); of a program that may not, nothing is shown.
class DebugSink final : public base::TextSink {
  public:
    void write(std::string_view text) override { debug_write(text); }
};

} // namespace sdk::runtime
