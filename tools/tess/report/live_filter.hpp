/// Passes a guest's console through to a person as it comes, byte for byte, with reports made readable.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tools/tess/report/report.hpp"

namespace tess::report {

/// People wait for prompts, so a line is shown before it ends; only what may be an address of a report is held back.
class LiveFilter {
  public:
    LiveFilter(Symbolizer symbolizer, std::function<void(std::string_view)> write);

    void take(std::string_view text);
    /// The output has ended: whatever is held back goes out.
    void finish();

    /// Whether a report began.
    [[nodiscard]] bool saw_panic() const { return filter_.saw_panic(); }

  private:
    void take_character(char character);
    void end_line();
    void show();
    void write_out();

    std::function<void(std::string_view)> write_;
    std::string pending_; ///< to be written at the end of this piece
    std::string line_;    ///< what has come of the current line, without carriage returns
    std::string unshown_; ///< its end that is held back, as it came
    ReportFilter filter_;
};

} // namespace tess::report
