/// Counts what held and says what did not.
#pragma once

#include <concepts>
#include <string_view>

#include "base/format.hpp"
#include "base/types.hpp"
#include "sdk/runtime/debug_sink.hpp"
#include "sdk/runtime/kernel_call.hpp"

namespace tests::abi {

using sdk::runtime::DebugSink;

class Checks {
  public:
    /// `what` and `detail` name the case.
    template <class A, class B>
    void equal(std::string_view what, std::string_view detail, const A& is, const B& should_be) {
        if (is == should_be) {
            ++passed_;
            return;
        }
        ++failed_;
        base::print(sink_, "[ FAIL ] {} {}: is {:#x}, should be {:#x}\n", what, detail, static_cast<base::u64>(is),
                    static_cast<base::u64>(should_be));
    }

    void that(std::string_view what, std::string_view detail, bool holds) { equal(what, detail, holds, true); }

    [[nodiscard]] base::u32 passed() const { return passed_; }

    [[nodiscard]] base::u32 failed() const { return failed_; }

    base::TextSink& sink() { return sink_; }

  private:
    DebugSink sink_;
    base::u32 passed_ = 0;
    base::u32 failed_ = 0;
};

} // namespace tests::abi
