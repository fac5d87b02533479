/// Recognises the report of a dying kernel in a guest's output and adds function, file and line to its addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tess::report {

/// Which image a report is about.
struct Image {
    std::string build_id;
    std::uint64_t slide = 0;
};

/// One line of a list of addresses.
struct FrameLine {
    bool is_exact = false; ///< number 0: where an exception struck; the others stand behind a call
    std::uint64_t address = 0;
};

/// Turns run addresses of `image` into one or more lines for each, "function at file:line"; inlined functions come
/// first, one line each. Empty where nothing is known.
using Symbolizer = std::function<std::vector<std::string>(const Image& image, const std::vector<FrameLine>& frames)>;

/// Passes lines through. Return addresses are held back until their list ends, then printed with what they mean.
class ReportFilter {
  public:
    /// `emit` gets every line, without its end.
    ReportFilter(Symbolizer symbolizer, std::function<void(const std::string&)> emit);

    /// One line of the guest, without its end.
    void take(const std::string& line);
    /// The same for a line that was shown already, and that may_hold() denied.
    void note(std::string_view line);
    /// Whether a line that begins so may be one that is held back.
    [[nodiscard]] bool may_hold(std::string_view beginning) const;
    /// The output has ended: whatever is held back goes out.
    void finish();

    /// Whether a report began.
    [[nodiscard]] bool saw_panic() const { return saw_panic_; }

  private:
    void release();

    Symbolizer symbolizer_;
    std::function<void(const std::string&)> emit_;
    Image image_;
    std::vector<std::string> held_lines_;
    std::vector<FrameLine> frames_;
    bool saw_panic_ = false;
};

/// Cuts a stream into lines; carriage returns go.
class LineSplitter {
  public:
    explicit LineSplitter(std::function<void(const std::string&)> emit) : emit_(std::move(emit)) {}

    void take(std::string_view text);
    /// A last line without an end.
    void finish();

    /// What has come of the line that is not complete.
    [[nodiscard]] const std::string& partial() const { return line_; }

  private:
    std::function<void(const std::string&)> emit_;
    std::string line_;
};

/// A symbolizer that looks for the image among the unstripped files below `folder` and asks llvm-symbolizer.
Symbolizer make_symbolizer(const std::string& folder);

} // namespace tess::report
