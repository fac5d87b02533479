/// Where text goes: a console, a log line, a buffer.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace base {

/// Takes text, in pieces, in order.
class TextSink {
  public:
    virtual void write(std::string_view text) = 0;

  protected:
    ~TextSink() = default;
};

/// Keeps the first N bytes of what is written, and remembers whether there was more.
template <usize N>
class FixedText final : public TextSink {
  public:
    void write(std::string_view text) override {
        const std::span<char> room = std::span(bytes_).subspan(size_);
        const std::string_view kept = text.substr(0, room.size());
        std::ranges::copy(kept, room.begin());
        size_ += kept.size();
        was_cut_ |= kept.size() < text.size();
    }

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

    [[nodiscard]] bool was_cut() const { return was_cut_; }

    void clear() {
        size_ = 0;
        was_cut_ = false;
    }

  private:
    std::array<char, N> bytes_; // not initialised: only what was written is read
    usize size_ = 0;
    bool was_cut_ = false;
};

} // namespace base
