#include "tools/tess/report/report.hpp"

#include <charconv>
#include <optional>

namespace tess::report {

namespace {

constexpr std::string_view kPanic = "PANIC: ";
constexpr std::string_view kBuildId = "build-id: ";
constexpr std::string_view kSlide = "slide: 0x";
constexpr std::string_view kFrame = "  #";
constexpr std::string_view kEnd = "END OF REPORT";

std::optional<std::uint64_t> parse_hexadecimal(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), value, 16);
    return problem == std::errc{} && end != digits.begin() ? std::optional(value) : std::nullopt;
}

/// "  #3 0xffffffff80201234": number and address, or nothing if the line is another.
std::optional<FrameLine> parse_frame(std::string_view line) {
    const std::size_t at = line.find(" 0x");
    if (!line.starts_with(kFrame) || at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = parse_hexadecimal(line.substr(at + 3));
    return address ? std::optional(FrameLine{line.substr(kFrame.size(), at - kFrame.size()) == "0", *address})
                   : std::nullopt;
}

/// "build-id: <hex>  slide: 0x<hex>".
std::optional<Image> parse_image(std::string_view line) {
    const std::size_t slide_at = line.find(kSlide);
    if (!line.starts_with(kBuildId) || slide_at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view id = line.substr(kBuildId.size());
    const auto slide = parse_hexadecimal(line.substr(slide_at + kSlide.size()));
    return Image{std::string(id.substr(0, id.find(' '))), slide.value_or(0)};
}

} // namespace

ReportFilter::ReportFilter(Symbolizer symbolizer, std::function<void(const std::string&)> emit)
    : symbolizer_(std::move(symbolizer)), emit_(std::move(emit)) {}

bool ReportFilter::may_hold(std::string_view beginning) const {
    return !image_.build_id.empty() && (beginning.starts_with(kFrame) || kFrame.starts_with(beginning));
}

void ReportFilter::note(std::string_view line) {
    saw_panic_ = saw_panic_ || line.starts_with(kPanic);
    if (const auto image = parse_image(line)) {
        image_ = *image;
    } else if (line == kEnd) {
        image_ = {};
    }
}

void ReportFilter::take(const std::string& line) {
    if (const auto frame = parse_frame(line); frame && !image_.build_id.empty()) {
        held_lines_.push_back(line);
        frames_.push_back(*frame);
        return;
    }
    release();
    note(line);
    emit_(line);
}

void ReportFilter::finish() { release(); }

void ReportFilter::release() {
    if (held_lines_.empty()) {
        return;
    }
    const std::vector<std::string> meanings = symbolizer_(image_, frames_);
    for (std::size_t i = 0; i < held_lines_.size(); ++i) {
        emit_(held_lines_[i]);
        if (i < meanings.size() && !meanings[i].empty()) {
            emit_(meanings[i]);
        }
    }
    held_lines_.clear();
    frames_.clear();
}

void LineSplitter::take(std::string_view text) {
    for (const char character : text) {
        if (character == '\n') {
            emit_(line_);
            line_.clear();
        } else if (character != '\r') {
            line_ += character;
        }
    }
}

void LineSplitter::finish() {
    if (!line_.empty()) {
        emit_(line_);
        line_.clear();
    }
}

} // namespace tess::report
