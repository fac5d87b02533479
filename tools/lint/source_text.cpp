#include "tools/lint/source_text.hpp"

#include <algorithm>
#include <cctype>

namespace lint {

namespace {

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Walks over the text once; each take_* consumes one comment or literal.
class Separator {
  public:
    explicit Separator(std::string_view text) : text_(text), result_{std::string(text), std::string(text)} {}

    SourceText run() {
        while (at_ < text_.size()) {
            take_one();
        }
        return std::move(result_);
    }

  private:
    [[nodiscard]] bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    [[nodiscard]] char before() const { return at_ == 0 ? '\n' : text_[at_ - 1]; }

    void take_one() {
        if (sees("//")) {
            take_comment(text_.find('\n', at_));
        } else if (sees("/*")) {
            take_comment(end_behind("*/", at_ + 2));
        } else if (sees("R\"") && !is_name_character(before())) {
            take_raw();
        } else if (sees("\"") || (sees("'") && !is_name_character(before()))) {
            take_literal(text_[at_]);
        } else {
            blank(result_.comments, at_, at_ + 1);
            ++at_;
        }
    }

    void take_comment(std::size_t end) {
        end = end == std::string_view::npos ? text_.size() : end;
        blank(result_.code, at_, end);
        at_ = end;
    }

    void take_raw() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            take_inside(at_ + 2, text_.size());
            return;
        }
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        take_inside(at_ + 2, end_behind(close, open + 1) - 1);
    }

    void take_literal(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2U : 1U;
        }
        take_inside(at_ + 1, end);
    }

    /// Blanks what stands between the quotes, and goes behind them.
    void take_inside(std::size_t begin, std::size_t end) {
        end = std::min(end, text_.size());
        blank(result_.code, begin, end);
        const std::size_t behind = std::min(end + 1, text_.size());
        blank(result_.comments, at_, behind);
        at_ = behind;
    }

    [[nodiscard]] std::size_t end_behind(std::string_view what, std::size_t from) const {
        const std::size_t found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }

    static void blank(std::string& text, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (text[i] != '\n') {
                text[i] = ' ';
            }
        }
    }

    std::string_view text_;
    SourceText result_;
    std::size_t at_ = 0;
};

} // namespace

SourceText separate(std::string_view text) { return Separator(text).run(); }

bool has_word(std::string_view line, std::string_view word) {
    for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool starts = at == 0 || !is_name_character(line[at - 1]);
        if (starts && (end == line.size() || !is_name_character(line[end]))) {
            return true;
        }
    }
    return false;
}

} // namespace lint
